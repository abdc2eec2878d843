import { expect, test } from 'vitest';
import { greetNats } from '../../../src/kinds/nats.ts';
import { hear, line, said } from './hear.ts';

// As NATS 2.9 says it.
const info = (more: object) =>
  line(
    `INFO ${JSON.stringify({ server_id: 'NDPRZFMI', version: '2.9.10', proto: 1, headers: true, ...more, client_id: 4 })} `,
  );
const withJetstream = info({ jetstream: true });
const without = info({});

test('the server speaks first', () => {
  expect(said(greetNats(true))).toEqual(['', 'CONNECT {"verbose":false,"name":"devstack"}\r\nPING\r\n']);
});

test('it is usable when it answers PING', () => {
  expect(hear(greetNats(true), [withJetstream, line('PONG')])).toEqual({ kind: 'fine' });
  expect(hear(greetNats(false), [without, line('PONG')])).toEqual({ kind: 'fine' });
});

test('a server without JetStream is not usable where the config has it', () => {
  const notUp = { kind: 'not-yet', text: 'JetStream is not up yet' };
  expect(hear(greetNats(true), [without])).toEqual(notUp);
  expect(hear(greetNats(true), [info({ jetstream: false })])).toEqual(notUp);
});

test('one that wants a login refuses; any other error may pass', () => {
  const refusal = "-ERR 'Authorization Violation'";
  expect(hear(greetNats(false), [without, line(refusal)])).toEqual({ kind: 'refused', text: refusal });
  const passing = "-ERR 'maximum connections exceeded'";
  expect(hear(greetNats(false), [without, line(passing)])).toEqual({ kind: 'not-yet', text: passing });
});

test('something else on that port is no NATS', () => {
  expect(hear(greetNats(false), [line('SSH-2.0-OpenSSH_9.2')])).toEqual({
    kind: 'not-yet',
    text: 'SSH-2.0-OpenSSH_9.2',
  });
});
