import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './client.ts';

/** Where an engine may answer. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly kind: 'unsupported'; readonly url: string; readonly reason: string };

/** An address, and who named it. */
export interface EngineCandidate {
  readonly address: EngineAddress;
  /** `DOCKER_HOST`, `docker context colima`, `a usual socket`. */
  readonly chosenBy: string;
}

/** In the order to try: DOCKER_HOST alone when set, else the docker command's current context, then the usual sockets. */
export async function engineAddresses(env: Env, home: string): Promise<readonly EngineCandidate[]> {
  if (env['DOCKER_HOST']) return [{ address: parseAddress(env['DOCKER_HOST'], env), chosenBy: 'DOCKER_HOST' }];
  const context = await currentContext(env, home);
  const first = context && parseAddress(context.host, env);
  const usual = usualSockets(env, home).filter((path) => first?.kind !== 'socket' || first.path !== path);
  return [
    ...(first ? [{ address: first, chosenBy: `docker context ${context.name}` }] : []),
    ...usual.map((path) => ({ address: { kind: 'socket' as const, path }, chosenBy: 'a usual socket' })),
  ];
}

function usualSockets(env: Env, home: string): readonly string[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.rd/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
}

export function parseAddress(url: string, env: Env): EngineAddress {
  if (url.startsWith('unix://')) return { kind: 'socket', path: url.slice('unix://'.length) || '/var/run/docker.sock' };
  if (url.startsWith('/')) return { kind: 'socket', path: url };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && ['tcp:', 'http:', 'https:'].includes(parsed.protocol) && parsed.hostname) {
    const tls = parsed.protocol === 'https:' || (env['DOCKER_TLS_VERIFY'] ?? '') !== '' || parsed.port === '2376';
    return { kind: 'tcp', url, host: parsed.hostname, port: Number(parsed.port || (tls ? 2376 : 2375)), tls };
  }
  return { kind: 'unsupported', url, reason: `${url}: only unix:// and tcp:// addresses of an engine are supported` };
}

/** What `docker context use` chose; a broken file counts as none. */
async function currentContext(
  env: Env,
  home: string,
): Promise<{ readonly name: string; readonly host: string } | undefined> {
  // As with the docker command, empty means not set.
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const config = await readJson(join(folder, 'config.json'));
  const name = env['DOCKER_CONTEXT'] || textAt(config, ['currentContext']);
  if (!name || name === 'default') return undefined;
  // The docker command files contexts under the hash of their name.
  const id = createHash('sha256').update(name).digest('hex');
  const host = textAt(await readJson(join(folder, 'contexts/meta', id, 'meta.json')), ['Endpoints', 'docker', 'Host']);
  return host === undefined ? undefined : { name, host };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined; // absent or broken: the docker command will tell its user
  }
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = new Map<string, unknown>(Object.entries(at)).get(key);
  }
  return typeof at === 'string' && at !== '' ? at : undefined;
}
