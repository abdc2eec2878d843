import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bin } from '../rig/devstack.ts';
import { onScreen } from '../rig/screen.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-words-')));
  mkdirSync(path.join(folder, 'bin'));
  const program = path.join(folder, 'bin/devstack');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, service, task } from 'devstack';
    const api = service({ dev: 'node api.js' });
    const audit = service({ dev: 'node audit.js' });
    const migrate = task({ run: 'node migrate.js' });
    export default defineConfig({ name: 'words', resources: { api, audit, migrate }, groups: { backend: [api] } });`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** CI has all of them. */
const isHere = (shell: string): boolean =>
  process.env['DEVSTACK_REQUIRE_DOCKER'] === '1' || spawnSync(shell, ['--version']).status === 0;

const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['bash', ['--norc', '--noprofile', '-i'], 'eval "$(devstack completion bash)"'],
  ['zsh', ['-f', '-i'], 'autoload -Uz compinit; compinit -u -D; eval "$(devstack completion zsh)"'],
  ['fish', ['--no-config', '-i'], 'devstack completion fish | source'],
];

for (const [shell, args, set] of CASES)
  test.skipIf(!isHere(shell))(`${shell} completes commands, options, resources and groups`, async () => {
    const env = {
      PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      PS1: '$ ',
    };
    await using screen = onScreen([shell, ...args], { cwd: folder, env });
    screen.type(`${set}; echo "re""ady"`);
    screen.press('enter');
    await screen.until(/^ready/m);
    const line = async (typed: string, completed: string | RegExp): Promise<void> => {
      screen.type(`${typed}\t`);
      await screen.until(completed);
      screen.press('ctrl+u');
    };
    await line('devstack resta', 'devstack restart ');
    await line('devstack up --runt', 'devstack up --runtime ');
    await line('devstack up --runtime emb', 'devstack up --runtime embedded ');
    await line('devstack up back', 'devstack up backend ');
    await line('devstack run ', 'devstack run migrate ');
    await line('devstack logs api au', 'devstack logs api audit ');
    await line('devstack completion zs', 'devstack completion zsh ');
    // What is not known is a file, as for every other program.
    await line('devstack init --from devstack.con', 'devstack init --from devstack.config.ts ');
    screen.press('ctrl+u');
    screen.type('exit');
    screen.press('enter');
    expect((await screen.exit).signal).toBe(0);
  });
