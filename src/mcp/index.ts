import type { Readable, Writable } from 'node:stream';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import { readArguments, schemaOf, type Arguments } from './arguments.ts';
import { INSTRUCTIONS, TOOLS, type Tool, type ToolName } from './tools.ts';

export type { Arguments } from './arguments.ts';
export type { ToolName } from './tools.ts';

/** What a tool says; `isError` where what was asked for did not happen. */
export interface Answer {
  readonly text: string;
  readonly isError?: boolean;
}

export interface McpOptions {
  readonly version: string;
  readonly input: Readable;
  /** Nothing else may write to it. */
  readonly output: Writable;
  /** Never throws what a user can cause: that is an answer too. The signal aborts when nobody wants it any more. */
  call(tool: ToolName, given: Arguments, signal: AbortSignal): Promise<Answer>;
  /** What was read and is no message. */
  onProblem(text: string): void;
}

/** Serves the tools over the two streams until the client is gone. */
export async function serveMcp({ version, input, output, call, onProblem }: McpOptions): Promise<void> {
  const server = new Server({ name: 'devstack', version }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `there is no tool "${params.name}"`);
    const given = readArguments(tool.takes, params.arguments ?? {});
    const { text, isError } =
      typeof given === 'string' ? { text: given, isError: true } : await call(tool.name, given, signal);
    return { content: [{ type: 'text', text }], ...(isError && { isError }) };
  });
  const gone = new Promise<void>((resolve) => {
    // Its callbacks are fields; it is no EventTarget.
    Object.assign(server, { onclose: resolve, onerror: (error: Error) => onProblem(error.message) });
    // The transport goes on listening when its client has ended.
    input.once('end', resolve).once('close', resolve);
  });
  await server.connect(new StdioServerTransport(input, output));
  await gone;
  await server.close();
}

function listed({ name, title, description, takes, effect }: Tool) {
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(takes),
    annotations: {
      title,
      readOnlyHint: effect === 'looks',
      destructiveHint: effect === 'ends',
      idempotentHint: effect !== 'ends' || name === 'stop' || name === 'down',
      openWorldHint: false,
    },
  };
}
