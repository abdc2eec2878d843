import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** One end of RFC 6455, as far as kubectl speaks it: binary messages, in as many pieces as they come. */
export interface WebSocket {
  /** False when the other end is behind; `onDrain` calls back when it is not any more. */
  send(message: Buffer): boolean;
  close(): void;
}

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [CONTINUED, BINARY, CLOSE, PING, PONG] = [0x0, 0x2, 0x8, 0x9, 0xa];

export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  { protocol, onMessage, onEnd }: { protocol: string; onMessage(message: Buffer): void; onEnd(): void },
): WebSocket {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${MAGIC}`).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(
    [...head, `Sec-WebSocket-Accept: ${accept}`, `Sec-WebSocket-Protocol: ${protocol}`, '', ''].join('\r\n'),
  );
  let pending = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  const write = (opcode: number, payload: Buffer): boolean =>
    socket.write(Buffer.concat([header(opcode, payload), payload]));
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = firstFrame(pending); frame; frame = firstFrame(pending)) {
      pending = pending.subarray(frame.size);
      if (frame.opcode === PING) write(PONG, frame.payload);
      else if (frame.opcode === CLOSE) socket.end();
      else if (frame.opcode === BINARY || frame.opcode === CONTINUED) {
        pieces.push(frame.payload);
        if (!frame.isLast) continue;
        onMessage(Buffer.concat(pieces));
        pieces = [];
      }
    }
  });
  socket.on('error', () => {});
  socket.once('close', onEnd);
  return {
    send: (message) => write(BINARY, message),
    close() {
      write(CLOSE, Buffer.from([0x03, 0xe8]));
      socket.end();
    },
  };
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  readonly size: number;
}

/** Those of a client are masked. */
function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + length));
  for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  const first = bytes.readUInt8(0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, size: start + length };
}

function header(opcode: number, { length }: Buffer): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(10);
  long.writeUInt8(first, 0);
  long.writeUInt8(127, 1);
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}
