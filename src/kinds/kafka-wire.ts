import type { Conversation, Heard } from './conversation.ts';
import { fine, incomplete, notYet, refused } from './conversation.ts';

export interface Topic {
  readonly name: string;
  /** Default: the broker's. */
  readonly partitions?: number;
  readonly config: { readonly [name: string]: string };
}

const API_VERSIONS = 18;
const CREATE_TOPICS = 19;
/** The oldest that brokers of today take and that leaves the number of partitions to them. */
const CREATE_TOPICS_VERSION = 4;
const CREATE_WITHIN_MS = 30_000;
const TOPIC_EXISTS = 36;
/** The controller is not there yet, the request took too long, and the like: later it works. */
const PASSING_ERRORS = new Set([7, 41, 15, 13]);

/** A broker answers this when its listeners serve requests. */
export function apiVersions(): Conversation {
  return {
    asks: 'ApiVersions',
    steps: [{ say: request(API_VERSIONS, 0, Buffer.alloc(0)), hear: (received) => hear(received, versionsAnswer) }],
  };
}

function versionsAnswer(body: Buffer): Heard {
  const code = body.readInt16BE(0);
  return code === 0 ? fine : notYet(`it answers with error ${code}`);
}

/** Topics that are there already stay as they are. */
export function createTopics(topics: readonly Topic[]): Conversation {
  const body = Buffer.concat([
    int32(topics.length),
    ...topics.map(({ name, partitions = -1, config }) =>
      Buffer.concat([
        text(name),
        int32(partitions),
        int16(-1),
        int32(0),
        int32(Object.keys(config).length),
        ...Object.entries(config).map(([key, value]) => Buffer.concat([text(key), text(value)])),
      ]),
    ),
    int32(CREATE_WITHIN_MS),
    Buffer.from([0]),
  ]);
  return {
    asks: 'CreateTopics',
    steps: [
      { say: request(CREATE_TOPICS, CREATE_TOPICS_VERSION, body), hear: (received) => hear(received, topicsAnswer) },
    ],
  };
}

function topicsAnswer(body: Buffer): Heard {
  let at = 4; // after the throttle time
  const count = body.readInt32BE(at);
  at += 4;
  for (let index = 0; index < count; index++) {
    const [name, afterName] = readText(body, at);
    const code = body.readInt16BE(afterName);
    const [message, next] = readText(body, afterName + 2);
    at = next;
    if (code === 0 || code === TOPIC_EXISTS) continue;
    const words = `topic ${name}: ${message === '' ? `error ${code}` : message}`;
    return PASSING_ERRORS.has(code) ? notYet(words) : refused(words);
  }
  return fine;
}

function hear(received: Buffer, answer: (body: Buffer) => Heard): Heard {
  if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return incomplete;
  return answer(received.subarray(8));
}

function request(api: number, version: number, body: Buffer): Buffer {
  const content = Buffer.concat([int16(api), int16(version), int32(1), text('devstack'), body]);
  return Buffer.concat([int32(content.length), content]);
}

function readText(body: Buffer, at: number): readonly [string, number] {
  const length = body.readInt16BE(at);
  if (length < 0) return ['', at + 2];
  return [body.toString('utf8', at + 2, at + 2 + length), at + 2 + length];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
