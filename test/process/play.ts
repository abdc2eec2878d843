import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach } from 'vitest';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** Closed after the test. */
export async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers each message, which it takes to come whole, with what `answer` gives; nothing means that it hangs up. */
export function answering(answer: (message: Buffer) => Buffer | undefined): Promise<number> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => {}); // the other side may be gone
      socket.on('data', (message: Buffer) => {
        const bytes = answer(message);
        if (bytes) socket.write(bytes);
        else socket.destroy();
      });
    }),
  );
}
