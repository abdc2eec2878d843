import { expect, test } from 'vitest';
import { apiVersions, createTopics } from '../../../src/kinds/kafka-wire.ts';
import { hear, said } from './hear.ts';

// Built by hand from the protocol guide: no broker was asked.
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
/** size, correlation id, then the body */
const answer = (body: string): Buffer => {
  const bytes = hex(body);
  return Buffer.concat([hex((bytes.length + 4).toString(16).padStart(8, '0')), hex('00000001'), bytes]);
};
const ofText = (text: string) => `${text.length.toString(16).padStart(4, '0')}${Buffer.from(text).toString('hex')}`;
const topic = (name: string, code: number, message?: string) =>
  `${ofText(name)}${code.toString(16).padStart(4, '0')}${message === undefined ? 'ffff' : ofText(message)}`;
const topics = (...all: readonly string[]) =>
  answer(`00000000 ${all.length.toString(16).padStart(8, '0')}${all.join('')}`);

test('ApiVersions, version 0, of client devstack', () => {
  expect(said(apiVersions())).toEqual([hex('00000012 0012 0000 00000001 0008 646576737461636b').toString('latin1')]);
  expect(hear(apiVersions(), [answer('0000 00000002 0000 0000 0009 0012 0000 0004')])).toEqual({ kind: 'fine' });
  expect(hear(apiVersions(), [answer('0023 00000000')])).toEqual({
    kind: 'not-yet',
    text: 'it answers with error 35',
  });
});

const asked = createTopics([
  { name: 'orders', config: {} },
  { name: 'audit', partitions: 3, config: { 'retention.ms': '-1' } },
]);

test('CreateTopics, version 4, leaves to the broker what the config does not say', () => {
  const body = [
    '00000002',
    `${ofText('orders')} ffffffff ffff 00000000 00000000`,
    `${ofText('audit')} 00000003 ffff 00000000 00000001 ${ofText('retention.ms')} ${ofText('-1')}`,
    '00007530 00',
  ].join('');
  const content = hex(`0013 0004 00000001 ${ofText('devstack')} ${body}`);
  const size = hex(content.length.toString(16).padStart(8, '0'));
  expect(said(asked)).toEqual([Buffer.concat([size, content]).toString('latin1')]);
});

test('topics that are there already stay as they are', () => {
  expect(hear(asked, [topics(topic('orders', 0), topic('audit', 0))])).toEqual({ kind: 'fine' });
  expect(hear(asked, [topics(topic('orders', 36, "Topic 'orders' already exists."), topic('audit', 0))])).toEqual({
    kind: 'fine',
  });
});

test('what the broker refuses for good is said with the name of the topic', () => {
  expect(hear(asked, [topics(topic('orders', 0), topic('audit', 44, 'Partitions are limited to 2'))])).toEqual({
    kind: 'refused',
    text: 'topic audit: Partitions are limited to 2',
  });
  expect(hear(asked, [topics(topic('orders', 17))])).toEqual({ kind: 'refused', text: 'topic orders: error 17' });
});

test.each([7, 13, 15, 41])('error %i passes by itself', (code) => {
  expect(hear(asked, [topics(topic('orders', code, 'later'))])).toEqual({
    kind: 'not-yet',
    text: 'topic orders: later',
  });
});
