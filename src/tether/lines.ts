import type { Socket } from 'node:net';
import { createFrameReader } from '../daemon/frames.ts';
import type { FromStack, ToStack } from './messages.ts';

/** One end of a tether. */
export interface Line<In> {
  tell(message: FromStack | ToStack): void;
  /** The same for who waits until it is on its way, and with it all before; false when nobody is there to take it. */
  told(message: FromStack | ToStack): Promise<boolean>;
  /** What comes, until the other end is gone. It may be told something all the same: that all is over, say. */
  readonly messages: AsyncIterable<In>;
  /** The other end is gone, and all that came from it has been read. */
  readonly over: Promise<void>;
}

/** Both ends are of one version: what has a kind is what it says. */
export function lineOver<In extends { readonly kind: string }>(socket: Socket): Line<In> {
  socket.on('error', () => undefined); // the end follows and says it
  const told = (message: FromStack | ToStack): Promise<boolean> =>
    new Promise((resolve) => {
      if (!socket.writable) resolve(false);
      else socket.write(`${JSON.stringify(message)}\n`, (error) => resolve(!error));
    });
  return {
    tell: (message) => void told(message),
    told,
    messages: decoded<In>(socket),
    over: new Promise((resolve) => void socket.once('end', resolve).once('close', resolve)),
  };
}

async function* decoded<In extends { readonly kind: string }>(socket: Socket): AsyncGenerator<In, void, undefined> {
  const read = createFrameReader(Infinity);
  try {
    // The end of what comes is not the end of what is told.
    for await (const chunk of socket.iterator({ destroyOnReturn: false }))
      for (const line of read(chunk) ?? []) if (line !== '') yield JSON.parse(line);
  } catch {
    // It was cut off: the same as its end.
  }
}
