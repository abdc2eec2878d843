import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containerName } from '../../src/drivers/container/spec.ts';
import { endRuns, newInstance, startNode, usedInstances } from '../docker/container-rig.ts';
import { cleanUp, engine } from '../docker/engine-rig.ts';
import { devstack, type Running } from '../rig/devstack.ts';
import { createRig } from '../rig/rig.ts';
import { describePrivate, endEngine, startEngine } from './private-engine.ts';

/** Prints lines with numbers for ever, ten at a time, in both streams. */
const COUNT = `process.on('SIGTERM', () => process.exit(0)); let n = 0;
  setInterval(() => { for (let i = 0; i < 10; i++) (n % 3 ? console.log : console.error)('line ' + n++ + '.') }, 20)`;

describePrivate('an engine that goes away under running containers', () => {
  cleanUp(usedInstances);
  afterEach(endRuns);

  const numbers = (text: string): readonly number[] => [...text.matchAll(/line (\d+)\.\n/g)].map(([, n]) => Number(n));
  /** Streams are only in order each by itself, as they are in the engine's own log. */
  const expectAll = (text: string): void => {
    const seen = numbers(text).toSorted((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index));
  };
  const progressOf = (sink: ReturnType<typeof startNode>['sink']) =>
    sink.events.flatMap((event) => (event.kind === 'progress' ? [event.text] : []));

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'with live-restore its containers go on: no line is lost or doubled (%s)',
    async (signal) => {
      await endEngine('SIGTERM');
      await startEngine('--live-restore');
      const instance = newInstance();
      const { run, sink } = startNode(COUNT, { instance });
      await sink.untilText('line 500.');
      await endEngine(signal);
      await sink.until(() => progressOf(sink).find((text) => text.includes('is away')));
      await startEngine('--live-restore');
      await sink.until(() => progressOf(sink).find((text) => text.endsWith('went on')));
      const { length } = sink.text;
      await sink.until(() => (sink.text.length > length + 10_000 ? true : undefined));
      expect(sink.events.map(({ kind }) => kind)).not.toContain('exited');
      expect(progressOf(sink).slice(-2)).toEqual([
        expect.stringMatching(/^the Docker engine is away \(.*\): waiting for it$/),
        expect.stringMatching(/^the Docker engine was away for \d+\.\d s; its container went on$/),
      ]);
      run.stop();
      await sink.exit();
      expectAll(sink.text);
    },
  );

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'without live-restore they stop with it, and that is what is told (%s)',
    async (signal) => {
      await endEngine('SIGTERM');
      await startEngine();
      const { sink } = startNode(COUNT, { instance: newInstance() });
      await sink.untilText('line 500.');
      await endEngine(signal);
      await startEngine();
      expect(await sink.exit()).toEqual({
        kind: 'signal',
        signal: 'SIGTERM',
        outOfMemory: false,
        because: 'engine-stopped',
      });
      expectAll(sink.text);
    },
  );

  test('a stop asked for while the engine is away happens once it is back', async () => {
    await endEngine('SIGTERM');
    await startEngine('--live-restore');
    const instance = newInstance();
    const { run, sink } = startNode(COUNT, { instance });
    await sink.untilText('line 50.');
    await endEngine('SIGKILL');
    await sink.until(() => progressOf(sink).find((text) => text.includes('is away')));
    run.stop();
    await startEngine('--live-restore');
    expect(await sink.exit()).toEqual({ kind: 'code', code: 0 });
    const { State } = await engine().docker.getContainer(containerName(instance, 'app')).inspect();
    expect(State.Status).toBe('exited');
  });

  test('an engine that does not come back ends the wait for a container nobody wants', async () => {
    await endEngine('SIGTERM');
    await startEngine();
    const { run, sink } = startNode(COUNT, { instance: newInstance() });
    await sink.untilText('line 50.');
    await endEngine('SIGTERM');
    run.stop();
    expect(await sink.exit()).toMatchObject({ kind: 'not-started', failure: { code: 'engine-unreachable' } });
    await startEngine();
  });
});

describePrivate('a stack whose engine is restarted', () => {
  let rig: Awaited<ReturnType<typeof createRig>>;
  let stack: Running;

  beforeEach(async () => {
    rig = await createRig();
    rig.write(
      'devstack.config.ts',
      `import { container, defineConfig, redis } from 'devstack';
      const cache = redis({ runtime: 'docker' });
      const counter = container({ image: 'node:20-alpine', command: ['node', '-e', ${JSON.stringify(COUNT)}] });
      export default defineConfig({ name: 'away', resources: { cache, counter } });`,
    );
  });
  afterEach(async () => {
    stack.process.kill('SIGTERM');
    await stack.finished;
    await devstack(['down', '--volumes', '--yes'], { cwd: rig.folder }).finished;
    await rm(join(rig.folder, '.devstack'), { recursive: true, force: true });
    await rig[Symbol.asyncDispose]();
  });
  const why = async (name: string) => (await devstack(['why', name], { cwd: rig.folder }).finished).stdout;

  test('with live-restore it stays up, and why tells what happened', async () => {
    await endEngine('SIGTERM');
    await startEngine('--live-restore');
    stack = devstack(['up'], { cwd: rig.folder });
    await stack.seen(/all 2 ready in/);
    await endEngine('SIGKILL');
    await stack.seen(/cache +· the Docker engine is away \(.*\): waiting for it/);
    expect(await why('cache')).toMatch(/^cache is ready; .*\n {2}the Docker engine is away \(.*\): waiting for it\n/);
    await startEngine('--live-restore');
    await stack.seen(/cache +· the Docker engine was away for \S+ s; its container went on/);
    await stack.seen(/counter +· the Docker engine was away for \S+ s; its container went on/);
    expect(await why('cache')).toMatch(
      /^cache is ready; .*\n {2}the Docker engine was away for \S+ s; its container went on\n/,
    );
    expect(stack.output()).not.toContain('starting again');
  });

  test('without live-restore it is brought back by the restart policy, and says why', async () => {
    await endEngine('SIGTERM');
    await startEngine();
    stack = devstack(['up'], { cwd: rig.folder });
    await stack.seen(/all 2 ready in/);
    const { length } = stack.output();
    await endEngine('SIGTERM');
    await startEngine();
    await stack.seen(/cache +· cache was stopped together with the Docker engine after /, length);
    await stack.seen(/counter +· counter was stopped together with the Docker engine after /, length);
    await stack.seen(/cache +· ready after/, length);
    await stack.seen(/counter +· ready after/, length);
    expect(await why('cache')).toMatch(/^cache is ready; [\s\S]*started again once/);
  });
});
