import { expect, test } from 'vitest';
import type { Sink } from '../../src/core/driver.ts';
import type { Exit } from '../../src/core/failure.ts';
import { createContainerDriver } from '../../src/drivers/container/driver.ts';
import { newInstance, usedInstances } from './container-rig.ts';
import { cleanUp, connect, describeDocker } from './engine-rig.ts';
import { postgresSpec } from './infra-rig.ts';

const LINES = 500_000;
/** Written as fast as the engine takes it, each line with its number. */
const FLOOD = `
  let n = 0;
  const more = () => {
    while (n < ${LINES}) {
      let text = '';
      for (const end = n + 500; n < end; n++) text += 'line ' + n + ' of a server that has very much to say today\\n';
      if (!process.stdout.write(text)) return process.stdout.once('drain', more);
    }
  };
  more();`;

describeDocker('a container that prints as fast as it can', () => {
  cleanUp(usedInstances);

  test(`of ${LINES} lines none is lost or out of place, and memory stays flat`, async () => {
    let next = 0;
    let wrong: string | undefined;
    let rest = '';
    let peakBytes = 0;
    const before = process.memoryUsage();
    const exit = await new Promise<Exit>((resolve) => {
      const sink: Sink = {
        progress: () => {},
        started: () => {},
        trying: () => {},
        ready: () => {},
        notReady: () => {},
        exited: resolve,
        output(chunk) {
          const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            if (!line.startsWith(`line ${next} of`)) wrong ??= `${line} instead of line ${next}`;
            next++;
          }
          if (next % 10_000 < lines.length) {
            const { heapUsed, external } = process.memoryUsage();
            peakBytes = Math.max(peakBytes, heapUsed + external - before.heapUsed - before.external);
          }
        },
      };
      const driver = createContainerDriver({
        owner: { instance: newInstance(), stackName: 'test', root: '/' },
        env: process.env,
        connect,
        factsOf: () => ({}),
      });
      const change = { name: 'app', engine: 'container' as const, image: 'node:20-alpine', ports: [] };
      driver.start({ ...postgresSpec(0, { ...change, command: ['node', '-e', FLOOD] }), ports: {} }, sink);
    });
    expect([exit, wrong, next, rest]).toEqual([{ kind: 'code', code: 0 }, undefined, LINES, '']);
    // The lines themselves are 28 MB, and nothing of them is kept.
    expect(peakBytes).toBeLessThan(60_000_000);
  });
});
