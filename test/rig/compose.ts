import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

type PluginHere = { readonly program: string } | { readonly reason: string };

/** Docker compose v2, of this machine or unpacked from Debian's package; why not, when it cannot be had. */
export function composeHere(): PluginHere {
  return pluginHere('docker-compose', 'docker compose v2');
}

/** The same of buildx. */
export function buildxHere(): PluginHere {
  return pluginHere('docker-buildx', 'docker buildx');
}

function pluginHere(name: string, title: string): PluginHere {
  const script = path.join(repository, `scripts/${name}.sh`);
  const found = spawnSync('bash', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (found.status === 0) return { program: found.stdout.trim() };
  const reason = `no ${title}: ${found.stderr.trim().split('\n').at(-1) ?? ''}`;
  if (process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') throw new Error(reason);
  return { reason };
}

/** `docker compose` as a user has it; everything of it that is left at the end is removed. */
export interface ComposeRig extends Disposable {
  /** With the plugin, and a project of its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly project: string;
  compose(folder: string, ...args: readonly string[]): string;
}

let count = 0;

export function createComposeRig(program: string): ComposeRig {
  const home = mkdtempSync(path.join(tmpdir(), 'devstack-compose-'));
  mkdirSync(path.join(home, 'cli-plugins'));
  symlinkSync(program, path.join(home, 'cli-plugins', 'docker-compose'));
  const project = `promoted-${process.pid}-${++count}`;
  const env = { DOCKER_CONFIG: home, COMPOSE_PROJECT_NAME: project };
  const docker = (...args: readonly string[]): string =>
    execFileSync('docker', args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return {
    env,
    project,
    compose: (folder, ...args) =>
      execFileSync('docker', ['compose', ...args], { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8' }),
    [Symbol.dispose]() {
      const label = `label=com.docker.compose.project=${project}`;
      const each = (list: readonly string[], remove: readonly string[]): void => {
        for (const id of docker(...list, '--filter', label)
          .split('\n')
          .filter(Boolean))
          docker(...remove, id);
      };
      each(['ps', '-aq'], ['rm', '-fv']);
      each(['network', 'ls', '-q'], ['network', 'rm']);
      each(['volume', 'ls', '-q'], ['volume', 'rm']);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
