// Loaded before devstack: from a signal on something throws, in what is drawn or out of the blue.
process.on('SIGUSR2', () => {
  Intl.Segmenter.prototype.segment = () => {
    throw new Error('cannot draw');
  };
});
process.on('SIGPWR', () => {
  throw new Error('out of the blue');
});
