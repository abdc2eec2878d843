import type { Socket } from 'node:net';
import { createFrameReader } from '../daemon/frames.ts';
import type { FromStack, ToStack } from './messages.ts';

/** One end of a tether. */
export interface Line<In> {
  tell(message: FromStack | ToStack): void;
  /** What comes, until the other end is gone. */
  readonly messages: AsyncIterable<In>;
}

/** Both ends are of one version: what has a kind is what it says. */
export function lineOver<In extends { readonly kind: string }>(socket: Socket): Line<In> {
  socket.on('error', () => undefined); // the end follows and says it
  return {
    tell: (message) => void (socket.writable && socket.write(`${JSON.stringify(message)}\n`)),
    messages: decoded<In>(socket),
  };
}

async function* decoded<In extends { readonly kind: string }>(socket: Socket): AsyncGenerator<In, void, undefined> {
  const read = createFrameReader(Infinity);
  try {
    for await (const chunk of socket) for (const line of read(chunk) ?? []) if (line !== '') yield JSON.parse(line);
  } catch {
    // It was cut off: the same as its end.
  }
}
