import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';
import { startRegistry } from './registry.ts';

/** How many moments; the long run is of two hundred. */
const MOMENTS = Number(process.env['DEVSTACK_CHAOS'] ?? 5);
/** What a moment is in the middle of. */
const PHASES = ['start', 'ready', 'restart', 'stop', 'attempt'] as const;
const START_MS = 2_500;
const SOON_MS = 400;

let rig: Rig;
const used: string[] = [];

describeDocker('devstack is killed', () => {
  cleanUp(() => used);

  beforeEach(async () => {
    rig = await createRig();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const session = () => readSession(projectPaths(rig.folder));
  const running = async (): Promise<readonly string[]> => {
    const { containers } = await listInstance(engine(), session()?.instance ?? '');
    return containers.flatMap(({ resource, state }) => (state === 'running' ? [resource] : []));
  };
  /** No process, container, open port, socket or lock. */
  async function nothingRuns(ports: readonly number[]): Promise<void> {
    await nothingLeft(rig.folder, ports);
    await until(async () => (await running()).length === 0);
    const { session: file } = projectPaths(rig.folder);
    await until(() => !existsSync(`${file}.lock`));
  }
  const soon = (most: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * most));

  test(
    `at ${MOMENTS} random moments, and each time nothing runs on, and the next one finds its data`,
    async () => {
      const quoted = (name: string): string => JSON.stringify(rig.command(name));
      rig.write('src/file.txt', '0');
      rig.write(
        'devstack.config.ts',
        `import { defineConfig, postgres, redis, service, worker } from 'devstack';
        const db = postgres({ runtime: 'embedded' });
        const cache = redis({ runtime: 'docker', persist: true });
        const api = service({ dev: ${quoted('api')}, env: { DB: db.url, CACHE: cache.url } });
        const parent = worker({ dev: ${quoted('parent')}, watch: 'src', stopGracePeriod: '1s' });
        const stubborn = worker({ dev: 'trap "" TERM; while :; do sleep 0.05; done', stopGracePeriod: '300ms' });
        const shell = worker({ dev: 'sleep 300 & sleep 301' });
        export default defineConfig({ name: 'chaos', resources: { db, cache, api, parent, stubborn, shell } });`,
      );
      let kept = 0;
      let ports: number[] = [];
      for (let moment = 0; moment < MOMENTS; moment++) {
        const phase = PHASES[moment % PHASES.length] ?? 'start';
        const stack = up();
        const whole = phase !== 'start' && (await ready(stack));
        if (whole) {
          ports = [whole.env['DB'], whole.env['CACHE']].map((url) => Number(new URL(url ?? '').port));
          expect(await keep(whole), `data before moment ${moment} (${phase})`).toBe(kept + 1);
          kept += 1;
        }
        if (phase === 'start' || phase === 'attempt') await soon(START_MS);
        else await into(phase, stack, moment);
        stack.process.kill('SIGKILL');
        await stack.finished;
        if (session()) used.push(session()?.instance ?? '');
        await nothingRuns(ports);
      }
      const last = up();
      const api = await ready(last);
      expect(await keep(api)).toBe(kept + 1);
      last.process.kill('SIGINT');
      await last.finished;
      await nothingRuns(ports);
    },
    120_000 + MOMENTS * 40_000,
  );

  const up = (): Running => devstack(['up'], { cwd: rig.folder, env: rig.env });

  async function ready(stack: Running): Promise<Child> {
    await stack.seen(/all 6 ready/);
    const parent = await newest('parent', stack);
    // One in a session of its own that is deaf to TERM, as daemons are.
    await parent.do('fork', { detached: true, ignoreTerm: true });
    return newest('api', stack);
  }

  /** Of this run: those of runs before have reported in, too, and are gone. */
  async function newest(name: string, stack: Running): Promise<Child> {
    for (;;) {
      const child = await rig.next(name);
      const isOurs = child.env['DEVSTACK_RUN_ID']?.startsWith(session()?.id ?? '-') === true;
      if (isOurs && stack.process.exitCode === null) return child;
    }
  }

  async function into(phase: 'ready' | 'restart' | 'stop', stack: Running, moment: number): Promise<void> {
    const from = stack.output().length;
    if (phase === 'restart') {
      rig.write('src/file.txt', String(moment));
      await stack.seen(/parent +· .*src\/file\.txt/, from);
    }
    if (phase === 'stop') {
      stack.process.kill('SIGTERM');
      await stack.seen(/stopping everything/, from);
    }
    await soon(SOON_MS);
  }

  /** Adds one to what is in both servers; how much both have then. */
  async function keep({ env }: Child): Promise<number> {
    const client = new pg.Client(env['DB']);
    await client.connect();
    await client.query('create table if not exists kept (at timestamptz default now())');
    await client.query('insert into kept default values');
    const { rows } = await client.query<{ count: number }>('select count(*)::int from kept');
    await client.end();
    const count = rows[0]?.count ?? 0;
    const redis = new Redis(env['CACHE'] ?? '');
    try {
      expect(await redis.incr('kept')).toBe(count);
    } finally {
      redis.disconnect();
    }
    return count;
  }

  test('while it pulls, and the next one pulls anew', async () => {
    const registry = await startRegistry('open');
    try {
      let asked = (): void => undefined;
      const layer = new Promise<void>((resolve) => (asked = resolve));
      let send = (): void => undefined;
      registry.onLayer = () => {
        asked();
        return new Promise<void>((resolve) => (send = resolve));
      };
      rig.write(
        'devstack.config.ts',
        `import { container, defineConfig, worker } from 'devstack';
        const pulled = container({ image: '${registry.host}/thing:1' });
        const shell = worker({ dev: 'sleep 300 & sleep 301' });
        export default defineConfig({ name: 'pulling', resources: { pulled, shell } });`,
      );
      const stack = up();
      await layer;
      used.push(session()?.instance ?? '');
      stack.process.kill('SIGKILL');
      await stack.finished;
      send();
      await nothingRuns([]);
      registry.onLayer = () => Promise.resolve();
      const next = up();
      // There is nothing to run in it; it is here.
      await next.seen(/pulled/);
      await until(async () =>
        (await engine().docker.listImages()).some(({ RepoTags }) => RepoTags?.includes(`${registry.host}/thing:1`)),
      );
      next.process.kill('SIGINT');
      await next.finished;
      await nothingRuns([]);
    } finally {
      await engine()
        .docker.getImage(`${registry.host}/thing:1`)
        .remove({ force: true })
        .catch(() => undefined); // it was never pulled
      await registry.close();
    }
  }, 120_000);
});
