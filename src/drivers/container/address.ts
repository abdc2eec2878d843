import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './client.ts';

/** Where an engine may answer. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly kind: 'unsupported'; readonly url: string; readonly reason: string };

/** In the order to try: DOCKER_HOST alone when set, else the docker command's current context, then the usual sockets. */
export async function engineAddresses(env: Env, home: string): Promise<readonly EngineAddress[]> {
  if (env['DOCKER_HOST']) return [parseAddress(env['DOCKER_HOST'], env)];
  const context = await contextHost(env, home);
  const usual: EngineAddress[] = usualSockets(env, home).map((path) => ({ kind: 'socket', path }));
  if (context === undefined) return usual;
  const first = parseAddress(context, env);
  return [
    first,
    ...usual.filter((other) => first.kind !== 'socket' || other.kind !== 'socket' || other.path !== first.path),
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
async function contextHost(env: Env, home: string): Promise<string | undefined> {
  const folder = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const config = await readJson(join(folder, 'config.json'));
  const name = env['DOCKER_CONTEXT'] ?? textAt(config, ['currentContext']);
  if (!name || name === 'default') return undefined;
  // The docker command files contexts under the hash of their name.
  const id = createHash('sha256').update(name).digest('hex');
  return textAt(await readJson(join(folder, 'contexts/meta', id, 'meta.json')), ['Endpoints', 'docker', 'Host']);
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
