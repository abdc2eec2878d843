import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { converse } from '../../src/drivers/server/converse.ts';
import { openAmqp } from '../../src/kinds/amqp.ts';
import { apiVersions } from '../../src/kinds/kafka-wire.ts';
import { pingRedis } from '../../src/kinds/resp.ts';
import { answering, listen } from './play.ts';

describe('whatever else listens there', () => {
  const cases = [
    [
      'an AMQP frame too short for a method',
      openAmqp({ user: 'a', password: 'b', vhost: '/' }),
      [1, 0, 0, 0, 0, 0, 0, 0xce],
    ],
    ['a Kafka answer without a body', apiVersions(), [0, 0, 0, 4, 0, 0, 0, 1]],
  ] as const;
  test.each(cases)('%s is not understood, and nothing breaks', async (_words, conversation, bytes) => {
    const port = await answering(() => Buffer.from(bytes));
    expect(await converse(port, conversation)).toMatchObject({
      kind: 'not-yet',
      text: `${conversation.asks} on 127.0.0.1:${port}: its answer is not understood`,
    });
  });

  test('answers may come in any pieces', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.setNoDelay(true);
        const rest = Array.from('+PONG\r\n');
        const next = () => {
          const piece = rest.shift();
          if (piece !== undefined) socket.write(piece, next);
        };
        socket.once('data', next);
      }),
    );
    expect((await converse(port, pingRedis(''))).kind).toBe('ready');
  });
});
