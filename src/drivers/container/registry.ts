import type { Env } from './client.ts';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** As the engine wants it; an identity token replaces name and password. */
export type Credentials =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** What `docker login` left for the registry of an image. None, or a helper that fails, means pulling anonymously. */
export async function credentialsFor(image: string, env: Env): Promise<Credentials | undefined> {
  return credentialsAt(registryOf(image), env);
}

export async function credentialsAt(registry: string, env: Env): Promise<Credentials | undefined> {
  const config = await readConfig(
    join(env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker'), 'config.json'),
  );
  const helper = textAt(objectAt(config, 'credHelpers'), registry) ?? textAt(config, 'credsStore');
  if (helper !== undefined) {
    const found = await askHelper(helper, registry, env);
    if (found) return found;
  }
  const auths = objectAt(config, 'auths');
  const entry = objectAt(auths, registry) ?? objectAt(auths, `https://${registry}`);
  const token = textAt(entry, 'identitytoken');
  if (token !== undefined) return { identitytoken: token, serveraddress: registry };
  const [username, ...password] = Buffer.from(textAt(entry, 'auth') ?? '', 'base64')
    .toString()
    .split(':');
  return username ? { username, password: password.join(':'), serveraddress: registry } : undefined;
}

const HUB = 'https://index.docker.io/v1/';

/** The first part of a name is a registry when it looks like a host; else it is the hub. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return !isHost || first === 'docker.io' ? HUB : first;
}

function askHelper(helper: string, registry: string, env: Env): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${helper}`, ['get'], { env, timeout: 10_000 }, (error, stdout) => {
      const answer = error ? undefined : parseObject(stdout);
      const username = textAt(answer, 'Username');
      const password = textAt(answer, 'Secret');
      if (username === undefined || password === undefined) return resolve(undefined);
      if (username === '<token>') return resolve({ identitytoken: password, serveraddress: registry });
      resolve({ username, password, serveraddress: registry });
    });
    child.stdin?.on('error', () => {}); // a helper that is not there; the callback tells
    child.stdin?.end(registry);
  });
}

type Fields = ReadonlyMap<string, unknown>;

async function readConfig(file: string): Promise<Fields | undefined> {
  return parseObject(await readFile(file, 'utf8').catch(() => ''));
}

function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined; // no file, or no JSON: the same as no log-in
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function objectAt(fields: Fields | undefined, key: string): Fields | undefined {
  return fieldsOf(fields?.get(key));
}

function textAt(fields: Fields | undefined, key: string): string | undefined {
  const value = fields?.get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
