import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { jsonEvents } from '../../../src/drivers/container/json-events.ts';

test('events and characters that come in parts are put together; what is none is passed over', async () => {
  const bytes = Buffer.from('{"stream":"日本"}\r\n\nnone\n{"stream":"last"}');
  const events: unknown[] = [];
  for await (const some of jsonEvents(Readable.from([...bytes].map((byte) => Buffer.from([byte])))))
    events.push(...some.filter((event) => event !== undefined));
  expect(events).toEqual([{ stream: '日本' }, { stream: 'last' }]);
});
