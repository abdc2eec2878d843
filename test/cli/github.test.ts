import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Finished } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: { ...rig.env, KEY: 's3cret-value', ...env } }).finished;
const github = () => ({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: rig.folder, CI: 'true' });

const failing = (): void => {
  rig.write('src/bad.mjs', "console.log('::error::' + process.env.KEY);\nthrow new Error('100 % bad');\n");
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, task } from 'devstack';
    const bad = task({ run: 'node src/bad.mjs', env: { KEY: secret('KEY') } });
    const seed = task({ run: 'node src/bad.mjs', when: 'manual', env: { KEY: secret('KEY') } });
    export default defineConfig({ name: 'ci', resources: { bad, seed } });`,
  );
};

test.each([
  ['up --wait', 'bad'],
  ['up -d --wait', 'bad'],
  ['test -- true', 'bad'],
  ['run seed', 'seed'],
])('%s shows the log of what failed as a group, and the failure at its line', async (words, name) => {
  failing();
  const { code, stdout, stderr } = await run(github(), ...words.split(' '));
  expect(code).toBe(1);
  const lines = stderr.split('\n');
  const commands = lines.filter((line) => /^::(?!stop|[0-9a-f-]{36})/.test(line));
  expect(commands).toEqual([
    `::group::The end of the log of ${name}`,
    '::endgroup::',
    expect.stringMatching(
      new RegExp(
        `^::error title=${name} exited with code 1 after [^:]*,file=src/bad\\.mjs,line=2,col=7::${name} exited`,
      ),
    ),
  ]);
  const stop = lines.indexOf('::group::The end of the log of ' + name) + 1;
  const token = /^::stop-commands::([0-9a-f-]{36})$/.exec(lines[stop] ?? '')?.[1];
  const open = lines.slice(stop + 1, lines.indexOf(`::${token}::`, stop));
  expect(open[0]).toBe(`${name} | ::error::***`);
  expect(open).toContain(`${name} | Error: 100 % bad`);
  expect(stdout + stderr).not.toContain('s3cret-value');
});

test('each problem of the config is told at its line', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, worker } from 'devstack';
    const one = worker({ dev: 3 });
    const two = worker({ dev: 'x', restart: 3 });
    export default defineConfig({ name: 'ci', resources: { one, two } });`,
  );
  for (const words of [['up', '--wait'], ['test', '--', 'true'], ['check']]) {
    const { stdout, stderr } = await run(github(), ...words);
    const commands = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('::error'));
    expect([words, commands.map((line) => /file=[^:]*/.exec(line)?.[0])]).toEqual([
      words,
      ['file=devstack.config.ts,line=2', 'file=devstack.config.ts,line=3'],
    ]);
  }
});

test('elsewhere nothing of it is printed', async () => {
  failing();
  for (const words of ['up --wait', 'up -d --wait', 'test -- true', 'run seed'])
    expect((await run({}, ...words.split(' '))).stderr).not.toMatch(/^::/m);
});
