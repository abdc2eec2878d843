import type Docker from 'dockerode';
import type { Failure } from '../../core/failure.ts';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineAddresses } from './address.ts';
import type { EngineAddress } from './address.ts';

export type Env = { readonly [name: string]: string | undefined };

/** A container engine that answered, or where one was looked for. */
export type EngineResult =
  | {
      readonly kind: 'engine';
      readonly docker: Docker;
      readonly version: string;
      readonly apiVersion: string;
      readonly socket: string;
      /** Who named that address. */
      readonly chosenBy: string;
    }
  | { readonly kind: 'unreachable'; readonly tried: readonly string[]; readonly reason: string };

export type ReachedEngine = Extract<EngineResult, { kind: 'engine' }>;

const ANSWER_WITHIN_MS = 3000;

/** The first engine that answers. Where `env` names one, no other is tried, as with the docker command itself. */
export async function connectEngine(env: Env): Promise<EngineResult> {
  const addresses = await engineAddresses(env, env['HOME'] ?? homedir());
  const tried: string[] = [];
  const reasons: string[] = [];
  for (const { address, chosenBy } of addresses) {
    const name = address.kind === 'socket' ? address.path : address.url;
    tried.push(name);
    const answer = await ask(address, env);
    if (answer.kind === 'answer') {
      const { docker, version, apiVersion } = answer;
      return { kind: 'engine', docker, version, apiVersion, socket: name, chosenBy };
    }
    reasons.push(answer.reason);
  }
  // The one that is there and does not answer says more than the many that are not there.
  const reason = reasons.find((text) => !text.endsWith(MISSING)) ?? reasons[0] ?? 'no address to try';
  return { kind: 'unreachable', tried, reason };
}

type Answer =
  | ({ readonly kind: 'answer'; readonly docker: Docker } & Versions)
  | { readonly kind: 'none'; readonly reason: string };

interface Versions {
  readonly version: string;
  readonly apiVersion: string;
}

const MISSING = 'does not exist';

async function ask(address: EngineAddress, env: Env): Promise<Answer> {
  if (address.kind === 'unsupported') return { kind: 'none', reason: address.reason };
  // Looked up first: the client takes 100 ms to load, in vain on a machine without an engine.
  if (address.kind === 'socket' && !(await exists(address.path))) {
    return { kind: 'none', reason: `${address.path} ${MISSING}` };
  }
  const name = address.kind === 'socket' ? address.path : address.url;
  try {
    const docker = await openClient(address, env);
    return { kind: 'answer', docker, ...(await versionsOf(docker)) };
  } catch (error) {
    return { kind: 'none', reason: `${name}: ${reasonOf(error)}` };
  }
}

async function openClient(address: EngineAddress, env: Env): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  switch (address.kind) {
    case 'socket':
      return new Client({ socketPath: address.path });
    case 'tcp': {
      const certificates = env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? homedir(), '.docker');
      if (!address.tls) return new Client({ protocol: 'http', host: address.host, port: address.port });
      const [ca, cert, key] = await Promise.all(
        ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFile(join(certificates, file))),
      );
      const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
      return new Client({ protocol: 'https', host: address.host, port: address.port, ...tls });
    }
    case 'unsupported':
      throw new Error(address.reason);
  }
}

/** The client's own time limits would also end log streams, so the one of the first question is kept here. */
async function versionsOf(docker: Docker): Promise<Versions> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  try {
    const { Version, ApiVersion } = await Promise.race([docker.version(), late]);
    return { version: Version, apiVersion: ApiVersion };
  } finally {
    clearTimeout(timer);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What the engine or the connection said, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (code === 'EACCES') return 'permission denied (is this user in the docker group?)';
  if (code === 'ECONNREFUSED') return 'connection refused: no engine listens there';
  const body: unknown = 'json' in error ? error.json : undefined;
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
    return oneLine(body.message);
  }
  // The client of podman and old engines put the body into the message.
  return oneLine(error.message.replace(/^\(HTTP code \d+\) [^-]* - /, ''));
}

export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** The engine itself went away, as opposed to an answer nobody likes. */
export function isDisconnect(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EACCES', 'EPIPE', 'ETIMEDOUT'].includes(code);
}

/** The only place where what the engine says becomes a failure of ours. */
export function failureOf(error: unknown, at: { resource: string; doing: string; image?: string }): Failure {
  const { resource, doing, image } = at;
  const reason = reasonOf(error);
  if (isDisconnect(error)) return { code: 'engine-unreachable', resource, tried: [], reason };
  if (/no space left on device|disk quota exceeded/i.test(reason))
    return { code: 'disk-full', resource, doing, reason };
  if (image !== undefined) return { code: imageFailureCode(reason, statusOf(error)), resource, image, reason };
  const taken = /(?:listen tcp[46]? |Bind for )\S*?:(\d+)\b.*(?:in use|already allocated)/.exec(reason)?.[1];
  if (taken !== undefined) return { code: 'port-in-use', resource, port: Number(taken) };
  return { code: 'container-failed', resource, doing, reason };
}

function imageFailureCode(reason: string, status: number | undefined) {
  // A hub answers "access denied" for a name that does not exist; its text says so.
  if (/not found|manifest unknown|does not exist|no such image|invalid reference/i.test(reason)) {
    return /dial tcp|lookup /i.test(reason) ? 'image-unreachable' : 'image-not-found';
  }
  if (/unauthorized|authentication|credentials|denied|forbidden/i.test(reason)) return 'image-denied';
  return status === 404 ? 'image-not-found' : 'image-unreachable';
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
