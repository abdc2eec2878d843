import { afterEach, expect, test } from 'vitest';
import { readContainerUsage, usageIn } from '../../src/drivers/container/usage.ts';
import { createUsage } from '../../src/system/usage.ts';
import { until } from '../rig/until.ts';
import { endRuns, newInstance, startNode, usedInstances } from './container-rig.ts';
import { cleanUp, connect, describeDocker } from './engine-rig.ts';

test('files kept in memory are not counted, and one that ended uses nothing', () => {
  const cpu = { cpu_usage: { total_usage: 2_500_000 } };
  const memory = { usage: 100, stats: { inactive_file: 30 } };
  expect(usageIn({ cpu_stats: cpu, memory_stats: memory })).toEqual({ cpuMs: 2.5, memoryBytes: 70 });
  expect(usageIn({ cpu_stats: cpu, memory_stats: {} })).toBeUndefined();
  expect(usageIn(undefined)).toBeUndefined();
});

describeDocker('usage of containers', () => {
  cleanUp(usedInstances);
  afterEach(endRuns);

  test('CPU and memory of a container are sampled, until it is gone', async () => {
    const script = `const kept = Buffer.alloc(50_000_000, 1); console.log('up'); for (;;) kept[0] += 1;`;
    const { run, sink } = startNode(script, { instance: newInstance() });
    await until(() => sink.text.includes('up') && sink.info?.containerId !== undefined);
    const containerId = sink.info?.containerId ?? '';
    const usage = createUsage({
      natives: () => [],
      containers: () => [{ name: 'app', containerId }],
      readContainer: (id) => readContainerUsage(connect, id),
      now: () => performance.now(),
    });
    await usage.sample();
    await until(async () => {
      const { cpu = 0, memoryBytes = 0 } = (await usage.sample()).get('app') ?? {};
      return cpu > 0.05 && memoryBytes > 50_000_000;
    });
    run.kill();
    await sink.untilEnd();
    expect((await usage.sample()).size).toBe(0);
  });
});
