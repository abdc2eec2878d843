import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bin, devstack, nothingLeft } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

/** The long run has ten million. */
const LINES = Number(process.env['DEVSTACK_LINES'] ?? 500_000);
const WIDTH = 60;
const PIECES = 20;

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  await devstack(['down'], { cwd: rig.folder, env: rig.env }).finished;
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

/** What devstack prints, line by line. */
async function eachLine(args: readonly string[], take: (line: string) => boolean): Promise<void> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: rig.folder, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) if (!take(line)) break;
  child.kill('SIGINT');
}

/** How often each number came. */
function counter() {
  const counts = new Uint8Array(LINES);
  let others = 0;
  let seen = 0;
  return {
    /** Whether there is more to come, as far as one can tell. */
    take(line: string): boolean {
      const number = /api (\d{8}) x+$/.exec(line)?.[1];
      if (number === undefined) others += 1;
      else counts[Number(number)] = (counts[Number(number)] ?? 0) + 1;
      seen += 1;
      return seen < LINES;
    },
    result() {
      const lost = counts.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0);
      const doubled = counts.reduce((sum, count) => sum + (count > 1 ? 1 : 0), 0);
      return { lost, doubled, others };
    },
  };
}

test(
  `${LINES} numbered lines, through viewers that are killed and files that are full: none is lost, none comes twice`,
  async () => {
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, service } from 'devstack';
      const api = service({ dev: ${JSON.stringify(rig.command('api'))} });
      export default defineConfig({ name: 'integrity', logs: { maxBytes: 0 }, resources: { api } });`,
    );
    await devstack(['up', '-d'], { cwd: rig.folder, env: rig.env }).finished;
    const api = await rig.next('api');
    const viewers = ['attach --plain', 'attach --json', 'logs -f', 'logs -f --json'];
    const followed = counter();
    const following = eachLine(['logs', '-f', 'api'], followed.take);
    for (let piece = 0; piece < PIECES; piece++) {
      const viewer = devstack((viewers[piece % viewers.length] ?? '').split(' '), { cwd: rig.folder, env: rig.env });
      await new Promise((resolve) => viewer.process.stdout?.once('data', resolve));
      const done = api.do('flood', { from: (LINES / PIECES) * piece, lines: LINES / PIECES, width: WIDTH });
      await new Promise((resolve) => viewer.process.stdout?.once('data', resolve));
      viewer.process.kill('SIGKILL');
      await viewer.finished;
      await done;
    }
    const all = counter();
    await eachLine(['logs', 'api'], (line) => all.take(line) || true);
    expect(all.result()).toEqual({ lost: 0, doubled: 0, others: 0 });
    await following;
    expect(followed.result()).toEqual({ lost: 0, doubled: 0, others: 0 });
  },
  120_000 + LINES / 10,
);
