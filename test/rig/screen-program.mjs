// A small full-screen program for the test of the screen rig: shows what it was sent, q ends it.
const out = (text) => process.stdout.write(text);
const keys = [];
const started = process.argv[2] ?? 'nothing';

function draw() {
  const { columns, rows } = process.stdout;
  out('\x1b[?2026h\x1b[H\x1b[2J');
  out(`\x1b[1;32m●\x1b[0m size ${columns}x${rows}\r\n`);
  out(`\x1b[38;2;255;128;0;44mcolours\x1b[0m \x1b[7minverse\x1b[0m \x1b[4;38;5;200m日本\x1b[0m|\r\n`);
  out(`argument ${started}, CI ${process.env.CI ?? 'unset'}, ${process.env.TERM} ${process.env.COLORTERM}\r\n`);
  out(
    `up ${process.uptime().toFixed(1)} s   | pid ${String(process.pid).padEnd(9)}| 12.5 MiB   | ${new Date().toISOString().slice(11, 19)} :40${(process.pid % 90) + 10}\r\n`,
  );
  out(`input ${JSON.stringify(keys.join(''))}`);
  out(`\x1b[${rows};1Hlast row\x1b[?2026l`);
}

process.stdin.setRawMode(true);
process.stdin.on('data', (data) => {
  keys.push(String(data));
  if (String(data) === 'c') out('\x1b]52;c;aGk=\x07');
  // Left as it is: the rig has to tell.
  if (String(data) === 'x') process.exit(7);
  if (String(data) !== 'q') return draw();
  out('\x1b[?1006l\x1b[?1002l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[?25h\x1b[?1049l\x1b[?1l');
  out('bye\r\n');
  process.exit(3);
});
process.stdout.on('resize', draw);
out('before\r\n\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[>1u');
draw();
