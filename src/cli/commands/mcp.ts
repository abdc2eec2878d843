import { Writable } from 'node:stream';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { createCall } from '../mcp/call.ts';

/** Serves the stack of the checkout to an agent or editor over standard input and output, until it is gone. */
export async function mcp(context: Context, options: CommonOptions): Promise<number> {
  const { serveMcp } = await context.loadMcp();
  const write = process.stdout.write.bind(process.stdout);
  const output = new Writable({ write: (chunk: Uint8Array, _, done) => void write(chunk, done) });
  // Whatever else is printed, by a config that is loaded for example, is no message of the protocol.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    await serveMcp({
      version: context.version,
      input: process.stdin,
      output,
      call: createCall(context, options),
      onProblem: (text) => context.say(`mcp: ${text}`),
    });
  } finally {
    process.stdout.write = write;
  }
  return EXIT.ok;
}
