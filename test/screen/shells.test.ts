import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { devstack, nothingLeft, program } from '../rig/devstack.ts';
import { createRig } from '../rig/rig.ts';
import { onScreen } from '../rig/screen.ts';

/** CI has all of them. */
const isHere = (tool: string): boolean =>
  process.env['DEVSTACK_REQUIRE_DOCKER'] === '1' || spawnSync(tool, ['-c', ':']).error === undefined;

const BASH = ['bash', '--norc', '--noprofile', '-i'];
const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['bash', BASH, 'devstack up'],
  ['zsh', ['zsh', '-f', '-i'], 'devstack up'],
  ['npm start', BASH, 'npm start'],
  ['npx', BASH, 'npx devstack up'],
  ['tmux', ['tmux', '-L', `devstack-${process.pid}`, '-f', '/dev/null', 'new', ...BASH], 'devstack up'],
];

for (const [name, shell, command] of CASES)
  test.skipIf(!isHere(shell[0] ?? ''))(`d gives the shell back, from ${name}`, async () => {
    await using rig = await createRig();
    // As an installed package has it.
    const bin = path.join(rig.folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(path.relative(bin, program), path.join(bin, 'devstack'));
    rig.write('package.json', JSON.stringify({ scripts: { start: 'devstack up' } }));
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, worker } from 'devstack';
const api = worker({ dev: ${JSON.stringify(rig.command('api'))} });
export default defineConfig({ name: 'shell', resources: { api } });`,
    );
    const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
    const env = { ...rig.env, PATH, PS1: 'ask> ', PROMPT: 'ask> ', NODE: process.execPath };
    await using screen = onScreen(shell, { cwd: rig.folder, env });
    await screen.until('ask> ');
    screen.type(command);
    screen.press('enter');
    await screen.until(/all 1 ready/);
    const api = await rig.next('api');
    screen.press('d');
    await screen.until('detached, and goes on');
    // Keys are the shell's again, and it shows what is typed.
    screen.type('echo back $((40 + 2))');
    await screen.until('echo back $((40 + 2))');
    screen.press('enter');
    await screen.until('back 42');
    screen.type('devstack ps');
    screen.press('enter');
    await screen.until(/api +ready/);
    screen.type('exit');
    screen.press('enter');
    expect((await screen.exit).code).toBe(0);
    await api.do('out', { text: 'still here\n' });
    expect((await devstack(['down'], { cwd: rig.folder, env: rig.env }).finished).code).toBe(0);
    await nothingLeft(rig.folder);
  });
