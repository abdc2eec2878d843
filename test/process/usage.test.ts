import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { parseUsage } from '../../src/system/ps.ts';
import { parseCounters } from '../../src/system/tree-usage.ts';
import { createUsage, sumTrees, type UsageReading } from '../../src/system/usage.ts';
import { until } from '../rig/until.ts';

const MEGABYTE = 1024 * 1024;
const groups: number[] = [];

afterEach(() => {
  for (const pid of new Set(groups.splice(0))) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ended before
    }
  }
});

/** Runs in a group of its own; what it says first is a pid that ends with the test, too. `go` gives it a line. */
async function start(
  script: string,
): Promise<{ readonly pid: number; readonly said: number; readonly go: () => void }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const [text] = await once(child.stdout, 'data');
  const started = { pid: child.pid ?? 0, said: Number(text), go: () => void child.stdin.end('\n') };
  groups.push(started.pid, started.said);
  return started;
}

function sampler(natives: () => readonly { readonly name: string; readonly pid: number }[]) {
  const containers: { readonly name: string; readonly containerId: string }[] = [];
  let reading: UsageReading | undefined;
  let now = 0;
  return {
    usage: createUsage({
      natives,
      containers: () => containers,
      readContainer: () => Promise.resolve(reading),
      now: () => now,
    }),
    tell(next: UsageReading | undefined, at: number, containerId: string): void {
      containers.splice(0, 1, { name: 'db', containerId });
      reading = next;
      now = at;
    },
  };
}

test('memory and CPU are those of all that descends from a run, also in sessions of their own', async () => {
  const busy = 'console.log(process.pid); const kept = Buffer.alloc(100 * 1024 * 1024, 1); for (;;) kept[0] += 1';
  const { pid } = await start(`setsid node -e '${busy}' & wait`);
  const usage = createUsage({
    natives: () => [{ name: 'api', pid }],
    containers: () => [],
    readContainer: () => Promise.resolve(undefined),
    now: () => performance.now(),
  });
  await usage.sample();
  await until(async () => {
    const { cpu = 0, memoryBytes = 0 } = (await usage.sample()).get('api') ?? {};
    return cpu > 0.05 && memoryBytes > 100 * MEGABYTE;
  });
  process.kill(pid, 'SIGKILL');
  await until(async () => (await usage.sample()).size === 0);
});

test('a child that comes later is found, and a run that is gone is missing', async () => {
  const { pid, go } = await start('echo $$; read line; sleep 60 & wait');
  const { usage } = sampler(() => [{ name: 'api', pid }]);
  const first = (await usage.sample()).get('api')?.memoryBytes ?? 0;
  go();
  await until(async () => ((await usage.sample()).get('api')?.memoryBytes ?? 0) > first * 1.2);
  expect((await sampler(() => [{ name: 'api', pid: 2 ** 22 + 1 }]).usage.sample()).size).toBe(0);
});

test('the share is the time since the sample before, of the same run', async () => {
  const { usage, tell } = sampler(() => []);
  const sample = async (): Promise<unknown> => Object.fromEntries(await usage.sample());
  tell({ cpuMs: 5_000, memoryBytes: 7 }, 1_000, 'a');
  expect(await sample()).toEqual({ db: { cpu: 0, memoryBytes: 7 } });
  tell({ cpuMs: 6_000, memoryBytes: 8 }, 3_000, 'a');
  expect(await sample()).toEqual({ db: { cpu: 0.5, memoryBytes: 8 } });
  tell({ cpuMs: 5_900, memoryBytes: 8 }, 5_000, 'a');
  expect(await sample()).toEqual({ db: { cpu: 0, memoryBytes: 8 } });
  tell({ cpuMs: 100, memoryBytes: 9 }, 7_000, 'b');
  expect(await sample()).toEqual({ db: { cpu: 0, memoryBytes: 9 } });
  tell(undefined, 9_000, 'b');
  expect(await sample()).toEqual({});
});

test('a name with parentheses and spaces does not shift the counters', () => {
  const rest = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(' ');
  expect(parseCounters(`7 (a) S 1) S ${rest}\n`)).toEqual({
    parent: 4,
    ticks: 14 + 15 + 16 + 17,
    startTime: 22,
    pages: 24,
  });
  expect(parseCounters('')).toBeUndefined();
});

test('what ps says is summed up along the tree', () => {
  const rows = parseUsage(
    [
      '  10     1  2048   0:01.50',
      '  11    10  1024   1:00.25',
      '  12    11   512 2-01:00:00',
      ' 13 1 9 0:09',
      '',
    ].join('\n'),
  );
  expect(rows.map(({ cpuMs }) => cpuMs)).toEqual([1_500, 60_250, 176_400_000, 9_000]);
  expect([...sumTrees(rows, [10, 12, 99])]).toEqual([
    [10, { cpuMs: 1_500 + 60_250 + 176_400_000, memoryBytes: 3_584 * 1024 }],
    [12, { cpuMs: 176_400_000, memoryBytes: 512 * 1024 }],
  ]);
});
