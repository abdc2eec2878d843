import type { Conversation, Heard } from './conversation.ts';
import { fine, incomplete, notYet, refused } from './conversation.ts';

// Class and method numbers of AMQP 0-9-1.
const CONNECTION = 10;
const START = 10;
const START_OK = 11;
const TUNE = 30;
const TUNE_OK = 31;
const OPEN = 40;
const OPEN_OK = 41;
const CLOSE = 50;
const CLOSE_OK = 51;
const ACCESS_REFUSED = 403;
const NOT_ALLOWED = 530;
const FRAME_HEADER_BYTES = 7;
const FRAME_END = 0xce;
const METHOD_FRAME = 1;
/** No more than any broker allows: 1 channel, frames of 8 KiB, no heartbeat. */
const ONE_CHANNEL_SMALL_FRAMES = Buffer.from([0, 1, 0, 0, 0x20, 0, 0, 0]);

/** Logs in and opens the virtual host: a broker that is still booting takes connections and does not get this far. */
export function openAmqp(login: {
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
}): Conversation {
  const response = `\0${login.user}\0${login.password}`;
  return {
    asks: `AMQP login to virtual host ${login.vhost}`,
    steps: [
      { say: Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]), hear: (received) => expect(received, START) },
      {
        say: method(START_OK, table(), shortText('PLAIN'), longText(response), shortText('en_US')),
        hear: (received) => expect(received, TUNE),
      },
      {
        say: Buffer.concat([
          method(TUNE_OK, ONE_CHANNEL_SMALL_FRAMES),
          method(OPEN, shortText(login.vhost), shortText(''), Buffer.from([0])),
        ]),
        hear: (received) => expect(received, OPEN_OK),
      },
      // A connection that only breaks off is a warning in its log.
      {
        say: method(CLOSE, Buffer.from([0, 200]), shortText('goodbye'), Buffer.from([0, 0, 0, 0])),
        hear: (received) => expect(received, CLOSE_OK),
      },
    ],
  };
}

function method(number: number, ...parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(CONNECTION, 0);
  head.writeUInt16BE(number, 2);
  const payload = Buffer.concat([head, ...parts]);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES);
  frame.writeUInt8(METHOD_FRAME, 0);
  frame.writeUInt32BE(payload.length, 3);
  return Buffer.concat([frame, payload, Buffer.from([FRAME_END])]);
}

function table(): Buffer {
  // The broker tells a wrong password by a message instead of a closed connection.
  const entry = Buffer.concat([shortText('authentication_failure_close'), Buffer.from('t'), Buffer.from([1])]);
  const capabilities = Buffer.concat([shortText('capabilities'), Buffer.from('F'), sized(entry)]);
  return sized(capabilities);
}

function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function longText(text: string): Buffer {
  return sized(Buffer.from(text));
}

function expect(received: Buffer, wanted: number): Heard {
  // A server that speaks another version answers with its own header.
  if (received.length >= 4 && received.toString('latin1', 0, 4) === 'AMQP') return notYet('it speaks another AMQP');
  if (received.length < FRAME_HEADER_BYTES) return incomplete;
  const size = received.readUInt32BE(3);
  if (received.length < FRAME_HEADER_BYTES + size + 1) return incomplete;
  const number = received.readUInt16BE(FRAME_HEADER_BYTES + 2);
  if (number === wanted) return fine;
  if (number !== CLOSE) return notYet(`it answers with method ${number}`);
  const code = received.readUInt16BE(FRAME_HEADER_BYTES + 4);
  const length = received.readUInt8(FRAME_HEADER_BYTES + 6);
  const words = received.toString('utf8', FRAME_HEADER_BYTES + 7, FRAME_HEADER_BYTES + 7 + length);
  return code === ACCESS_REFUSED || code === NOT_ALLOWED ? refused(words) : notYet(words);
}
