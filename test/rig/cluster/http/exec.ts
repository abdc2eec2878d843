import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { acceptWebSocket } from './web-socket.ts';

const PROTOCOL = 'v5.channel.k8s.io';
const [STDIN, STDOUT, STDERR, STATUS, CLOSED] = [0, 1, 2, 3, 255];

/** A command in the container that stands for a pod, by the protocol of `kubectl exec`. */
export function exec(request: IncomingMessage, socket: Duplex, container: string, query: URLSearchParams): void {
  const input = query.get('stdin') === 'true' ? ['-i'] : [];
  const child = spawn('docker', ['exec', ...input, container, ...query.getAll('command')]);
  child.stdin.on('error', () => {});
  if (input.length === 0) child.stdin.end();
  const peer = acceptWebSocket(request, socket, {
    protocol: PROTOCOL,
    onMessage(message) {
      const [channel, rest] = [message[0], message.subarray(1)];
      if (channel === STDIN) {
        if (!child.stdin.write(rest)) socket.pause();
      } else if (channel === CLOSED) child.stdin.end();
    },
    onEnd: () => void child.stdin.end(),
  });
  child.stdin.on('drain', () => socket.resume());
  for (const [channel, stream] of [
    [STDOUT, child.stdout],
    [STDERR, child.stderr],
  ] as const) {
    stream.on('data', (chunk: Buffer) => {
      if (!peer.send(Buffer.concat([Buffer.from([channel]), chunk]))) stream.pause();
    });
    socket.on('drain', () => stream.resume());
  }
  child.once('close', (code) => {
    socket.resume();
    peer.send(Buffer.concat([Buffer.from([STATUS]), Buffer.from(JSON.stringify(statusOf(code ?? 137)))]));
    peer.close();
  });
}

function statusOf(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}
