import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const start = (...argv: readonly string[]): Running => devstack(argv, { cwd: rig.folder, env: rig.env });
const command = (name: string): string => JSON.stringify(rig.command(name));
const config = (resources: string): string =>
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service, task, worker } from 'devstack';
export default defineConfig({ name: 'nd', resources: { ${resources} } });`,
  );

interface Event {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Every line of it, parsed. */
async function eventsOf({ finished }: Running): Promise<readonly Event[]> {
  const { stdout } = await finished;
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line));
}
const kindsOf = (events: readonly Event[]): ReadonlySet<string> => new Set(events.map(({ kind }) => kind));
const result = (command: string, exitCode = 0, failures: readonly unknown[] = []) => ({
  kind: 'result',
  command,
  ok: exitCode === 0,
  exitCode,
  failures,
});

test('every line of a whole run is an object, and the last one says how it ended', async () => {
  config(`
    api: service({ dev: ${command('api')}, env: { KEY: secret('KEY', { generate: true }) } }),
    seed: task({ run: 'echo seeded; exit 3', when: 'manual' })`);
  const stack = start('up', '--json');
  const api = await rig.next('api');
  await api.do('out', { text: `hello {"\n${api.env['KEY']}\n` });
  await stack.seen(/"text":"\*\*\*"/);

  const restarted = await eventsOf(start('restart', 'api', '--wait', '--json'));
  await rig.next('api');
  expect(restarted).toEqual([
    { kind: 'status', status: expect.objectContaining({ name: 'api', run: 2 }) },
    result('restart'),
  ]);
  const ran = await eventsOf(start('run', 'seed', '--json'));
  const exited = { code: 'exited', resource: 'seed', exit: { kind: 'code', code: 3 } };
  const failure = expect.objectContaining({ ...exited, text: expect.stringMatching(/^seed exited with code 3 /) });
  expect(ran).toEqual([
    expect.objectContaining({ kind: 'line', resource: 'seed', text: 'seeded' }),
    result('run', 1, [failure]),
  ]);
  for (const what of ['stop', 'start'])
    expect((await eventsOf(start(what, 'api', '--wait', '--json'))).at(-1)).toEqual(result(what));
  await rig.next('api');
  const down = await eventsOf(start('down', '--json'));
  expect([kindsOf(down), down.at(-1)]).toEqual([new Set(['notice', 'result']), result('down')]);

  const events = await eventsOf(stack);
  expect([...kindsOf(events)].toSorted()).toEqual(['ended', 'line', 'result', 'snapshot', 'status']);
  expect(events[0]?.kind).toBe('snapshot');
  expect(events.filter(({ kind }) => kind === 'line').map(({ text }) => text)).toEqual(['hello {"', '***', 'seeded']);
  // The task has failed, and is all that has.
  expect(events.at(-1)).toEqual(result('up', 1, [failure]));
});

test('a test tells when its command began, how it ended, and of what', async () => {
  config(`api: service({ dev: ${command('api')}, restart: 'no' })`);
  const running = start('test', '--json', '--', ...rig.command('check').split(' '));
  const api = await rig.next('api');
  const check = await rig.next('check');
  await check.do('out', { text: 'of the command\n' });
  check.tell('exit', { code: 5 });
  const events = await eventsOf(running);
  const ofStack = ['snapshot', 'status', 'ended'];
  const statuses = events.flatMap(({ kind, status }) => (kind === 'status' ? [status] : []));
  expect([events[0]?.kind, events.at(-2)?.kind]).toEqual(['snapshot', 'ended']);
  for (const lifecycle of ['ready', 'stopping', 'idle'])
    expect(statuses).toContainEqual(
      expect.objectContaining({ name: 'api', lifecycle: expect.objectContaining({ kind: lifecycle }) }),
    );
  expect(events.filter(({ kind }) => !ofStack.includes(kind))).toEqual([
    {
      kind: 'ready',
      instance: expect.stringMatching(/^nd-tmp-/),
      afterMs: expect.any(Number),
      ports: { api: { http: Number(api.env['PORT']) } },
    },
    { kind: 'command', exitCode: 5 },
    result('test', 5),
  ]);
  expect((await running.finished).stderr).toContain('of the command\n');
});

test.each(['up --wait', 'test', 'run bad'])('%s ends with each failure as an object', async (words) => {
  config(`bad: task({ run: 'exit 3' }), job: worker({ dev: 'sleep 1000', dependsOn: [] })`);
  const [name = '', ...rest] = words.split(' ');
  const running = start(name, '--json', ...rest);
  expect((await eventsOf(running)).at(-1)).toMatchObject({
    kind: 'result',
    command: name,
    ok: false,
    exitCode: 1,
    failures: [{ code: 'exited', resource: 'bad', text: expect.stringMatching(/^bad exited with code 3/) }],
  });
  expect((await running.finished).code).toBe(1);
});

test.each(['up', 'test', 'run job', 'start job', 'down'])(
  'what is wrong before %s begins is an object too',
  async (words) => {
    config(`job: worker({ dev: 3 })`);
    const [name = '', ...rest] = words.split(' ');
    expect((await eventsOf(start(name, '--json', ...rest))).at(-1)).toMatchObject({
      ok: false,
      exitCode: 1,
      failures: [{ code: 'config-invalid', problems: [{ at: 'devstack.config.ts:2' }] }],
    });
  },
);
