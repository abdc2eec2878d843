import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { freePort } from '../../src/drivers/server/ports.ts';
import { until } from '../rig/until.ts';
import { LOGIN } from './registry.ts';

const PROGRAM = '/usr/bin/docker-registry';
/** bcrypt of the password of `LOGIN`. */
const HASH = '$2b$04$3ZKGQfhvKVwSJ39X6hxvvODun8Vz4JrDq9LHd/t8iMKfcbgXGOdIa';

/** The registry of Debian, which scripts/native-servers.sh installs; its tests say so where it is missing. */
export function describeRegistry(name: string, body: () => void): void {
  const isHere = existsSync(PROGRAM);
  if (!isHere && process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') throw new Error(`${PROGRAM} is not here`);
  describe.skipIf(!isHere)(`${name}${isHere ? '' : ' (skipped: docker-registry is not installed here)'}`, body);
}

/** Empty, with its own folder, for the user of `LOGIN` only. */
export async function startDebianRegistry(): Promise<{ readonly host: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'devstack-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'users'), `${LOGIN.username}:${HASH}\n`);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'users') } },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const server = spawn(PROGRAM, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await until(async () => (await fetch(`http://${host}/v2/`).catch(() => undefined))?.status === 401);
  return {
    host,
    async close() {
      server.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** Makes an image of one file, pushes it and forgets it; gives the digest the registry knows it by. */
export async function push(image: string, dockerConfig: string): Promise<string> {
  const env = { ...process.env, DOCKER_CONFIG: dockerConfig };
  const docker = (args: readonly string[]) => execFileSync('docker', args, { env, encoding: 'utf8', stdio: 'pipe' });
  await writeFile(join(dockerConfig, 'file'), randomBytes(1_000_000));
  execFileSync('tar', ['-C', dockerConfig, '-cf', join(dockerConfig, 'image.tar'), 'file']);
  docker(['import', join(dockerConfig, 'image.tar'), image]);
  const said = docker(['push', image]);
  docker(['rmi', image]);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1];
  if (digest === undefined) throw new Error(said);
  return digest;
}

/** The registry of Debian under the name of the official image, where nobody has pulled that; gives what removes it. */
export async function buildRegistryImage(image: string): Promise<() => void> {
  const docker = (args: readonly string[]) => execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' });
  if (docker(['images', '-q', image]).trim() !== '') return () => {};
  const folder = await mkdtemp(join(tmpdir(), 'devstack-registry-'));
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: '/var/lib/registry' } },
    http: { addr: '0.0.0.0:5000' },
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const libraries = execFileSync('sh', ['-c', `ldd ${PROGRAM}`], { encoding: 'utf8' }).match(/\/[^ )]+/g) ?? [];
  const archive = join(folder, 'image.tar');
  const files = ['--dereference', '-C', '/', ...[PROGRAM, ...libraries].map((file) => file.slice(1))];
  execFileSync('tar', ['-cf', archive, '-C', folder, 'config.yml', ...files]);
  const command = JSON.stringify([PROGRAM, 'serve', '/config.yml']);
  docker(['import', '-c', `CMD ${command}`, '-c', 'VOLUME /var/lib/registry', '-c', 'EXPOSE 5000', archive, image]);
  await rm(folder, { recursive: true });
  return () => void docker(['rmi', image]);
}
