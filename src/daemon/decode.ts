import type { Command } from '../core/command.ts';
import type { LogQuery } from '../core/engine.ts';
import type { Request, Response } from './protocol.ts';

/** Of a terminal, either way: what the kernel keeps of it. */
const MOST_CELLS = 65_535;

type BadRequest = Extract<Response, { kind: 'bad-request' }>;

/** A request from an unknown sender, checked field by field. */
export function decodeRequest(text: string): Request | BadRequest {
  const value = parse(text);
  if (!isRecord(value)) return { kind: 'bad-request', reason: 'not a JSON object' };
  const { id } = value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
    return { kind: 'bad-request', reason: 'id must be a whole number' };
  const request = decodeFields(id, value);
  return typeof request === 'string' ? { kind: 'bad-request', id, reason: request } : request;
}

/** A string says what is wrong with it. */
function decodeFields(id: number, value: Readonly<Record<string, unknown>>): Request | string {
  const { kind } = value;
  switch (kind) {
    case 'watch':
    case 'tails':
    case 'cancel':
    case 'outline':
    case 'usage':
    case 'journal':
    case 'reload':
      return { id, kind };
    case 'terminal': {
      const { device } = value;
      return isDevice(device) ? { id, kind, device } : 'device must be a terminal, or empty';
    }
    case 'env':
    case 'card':
    case 'write':
    case 'resize':
      return decodeAbout(id, kind, value);
    case 'logs': {
      const query = decodeQuery(value['query']);
      return typeof query === 'string' ? query : { id, kind, query };
    }
    case 'send': {
      const command = decodeCommand(value['command']);
      return typeof command === 'string' ? command : { id, kind, command };
    }
    default:
      return `unknown request ${JSON.stringify(kind)}`;
  }
}

/** Frames of a server that said hello with our protocol number are what its `encode` was given. */
export function decodeResponse(text: string): Response | undefined {
  const value = parse(text);
  // The version check in the client makes this more than a guess; nothing is executed from it.
  return isRecord(value) && typeof value['kind'] === 'string' ? (value as Response) : undefined;
}

/** What is asked about one resource. */
function decodeAbout(
  id: number,
  kind: 'env' | 'card' | 'write' | 'resize',
  { name, text, columns, rows }: Readonly<Record<string, unknown>>,
): Request | string {
  if (typeof name !== 'string') return 'name must be a name';
  switch (kind) {
    case 'env':
    case 'card':
      return { id, kind, name };
    case 'write':
      return typeof text === 'string' ? { id, kind, name, text } : 'text must be a text';
    case 'resize':
      return isSize(columns) && isSize(rows)
        ? { id, kind, name, columns, rows }
        : `columns and rows must be whole numbers from 1 to ${MOST_CELLS}`;
  }
}

function decodeQuery(value: unknown): LogQuery | string {
  if (!isRecord(value)) return 'query must be an object';
  const { resources, follow, tail, since, grep } = value;
  if (!isNames(resources)) return 'query.resources must be a list of names';
  if (typeof follow !== 'boolean') return 'query.follow must be true or false';
  if (tail !== undefined && typeof tail !== 'number') return 'query.tail must be a number';
  if (since !== undefined && typeof since !== 'number') return 'query.since must be a number';
  if (grep !== undefined && (typeof grep !== 'string' || !isPattern(grep)))
    return 'query.grep must be a regular expression';
  return {
    resources,
    follow,
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since }),
    ...(grep !== undefined && { grep }),
  };
}

function decodeCommand(value: unknown): Command | string {
  if (!isRecord(value)) return 'command must be an object';
  const { kind, names, name, deps, port, on } = value;
  switch (kind) {
    case 'quit':
    case 'kill':
      return { kind };
    case 'run':
    case 'move-port':
      return typeof name === 'string' ? { kind, name } : 'command.name must be a name';
    case 'debug':
      if (typeof name !== 'string') return 'command.name must be a name';
      return port === 'auto' || port === 'off' || isPort(port)
        ? { kind, name, port }
        : "command.port must be a port, 'auto' or 'off'";
    case 'watch':
      return isNames(names) && typeof on === 'boolean'
        ? { kind, names, on }
        : 'command.names must be a list of names, command.on true or false';
    case 'up':
      return isNames(names) && typeof deps === 'boolean'
        ? { kind, names, deps }
        : 'command.names must be a list of names';
    case 'start':
    case 'stop':
      return isNames(names) ? { kind, names } : 'command.names must be a list of names';
    case 'restart':
      return isNames(names) ? { kind, names, cause: { kind: 'asked' } } : 'command.names must be a list of names';
    default:
      return `unknown command ${JSON.stringify(kind)}`;
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // garbage is answered, not thrown
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}

/** A terminal, or none. */
export function isDevice(value: unknown): value is string {
  return typeof value === 'string' && /^(?:\/dev\/(?:pts\/\d+|tty[A-Za-z0-9]+))?$/.test(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_CELLS;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false; // the caller says so
  }
}
