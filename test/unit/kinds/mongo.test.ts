import { expect, test } from 'vitest';
import { sayHello } from '../../../src/kinds/mongodb.ts';
import { hear, said } from './hear.ts';
import { helloAnswer, message } from './mongo-wire.ts';

// Built by hand from the wire protocol: no MongoDB was asked.
test('hello of the database admin, as one document', () => {
  const [hello = ''] = said(sayHello(false));
  expect(Buffer.from(hello, 'latin1')).toEqual(
    message([
      { type: 0x10, name: 'hello', value: Buffer.from([1, 0, 0, 0]) },
      { type: 0x02, name: '$db', value: Buffer.from('\x06\0\0\0admin\0') },
    ]),
  );
});

test('a server that takes writes is usable', () => {
  expect(hear(sayHello(true), [helloAnswer({ isWritablePrimary: true })])).toEqual({ kind: 'fine' });
});

test('a member without a primary answers, and takes no writes yet', () => {
  const answer = helloAnswer({ isWritablePrimary: false });
  expect(hear(sayHello(true), [answer])).toEqual({ kind: 'not-yet', text: 'it takes no writes yet' });
  // Enough to be told to become a set.
  expect(hear(sayHello(false), [answer])).toEqual({ kind: 'fine' });
});

test('an error, and another kind of message, are no hello', () => {
  const other = { kind: 'not-yet', text: 'it answers something else than hello' };
  const refusal = message([{ type: 0x02, name: 'errmsg', value: Buffer.from('\x03\0\0\0no\0') }]);
  expect(hear(sayHello(false), [refusal])).toEqual(other);
  const reply = helloAnswer({ isWritablePrimary: true });
  reply.writeInt32LE(1, 12); // OP_REPLY
  expect(hear(sayHello(false), [reply])).toEqual(other);
});
