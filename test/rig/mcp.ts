import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { bin } from './devstack.ts';

export interface Said {
  readonly text: string;
  readonly isError: boolean;
}

/** `devstack mcp` of a checkout with the protocol's own client at the other end. */
export interface Agent extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<Said>;
  /** What was printed beside the protocol. */
  talk(): string;
}

export async function createAgent(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = ['mcp'],
): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, ...args],
    cwd,
    env: { ...inherited(), ...env },
    stderr: 'pipe',
  });
  let talk = '';
  transport.stderr?.on('data', (chunk) => (talk += String(chunk)));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? 0,
    async call(name, given = {}) {
      const result = await client.callTool({ name, arguments: given }, undefined, { timeout: 120_000 });
      const content: unknown = result.content;
      const [first]: unknown[] = Array.isArray(content) ? content : [];
      const text = typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : '';
      return { text, isError: result.isError === true };
    },
    talk: () => talk,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function inherited(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !['VITEST', 'NODE_ENV', 'DEVSTACK_RUN_ID', 'FORCE_COLOR'].includes(name))
      env[name] = value;
  return env;
}
