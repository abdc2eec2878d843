import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { listInstance, removeInstance } from '../../src/drivers/container/instance.ts';
import { containerName } from '../../src/drivers/container/spec.ts';
import { describe as inWords } from '../../src/output/describe.ts';
import { until } from '../rig/until.ts';
import { endRuns, newInstance, startNode, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';
import { freePort } from './infra-rig.ts';
import type { Recorder } from './recorder.ts';

const TICK = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); console.log('up');
  setInterval(() => console.log('tick'), 20)`;

describeDocker('what somebody else does to a container', () => {
  cleanUp(usedInstances);
  afterEach(endRuns);
  const containerOf = (instance: string) => engine().docker.getContainer(containerName(instance, 'app'));
  const progressOf = (sink: Recorder) =>
    sink.events.flatMap((event) => (event.kind === 'progress' ? [event.text] : []));
  const hasExited = (sink: Recorder) => sink.events.some(({ kind }) => kind === 'exited');
  const failureText = async (sink: Recorder): Promise<string> => {
    const exit = await sink.exit();
    if (exit.kind === 'not-started') return inWords(exit.failure).title;
    return inWords({ code: 'exited', resource: 'app', exit, upMs: 1000, beforeReady: false }).title;
  };

  test('docker restart is no crash: its output goes on', async () => {
    const instance = newInstance();
    const { sink } = startNode(TICK, { instance });
    await sink.untilText('tick');
    await containerOf(instance).restart();
    await sink.until(() => (/bye\nup\n(tick\n)+/.test(sink.text) ? true : undefined));
    expect(hasExited(sink)).toBe(false);
    expect(progressOf(sink).at(-1)).toBe('its container was restarted by somebody else');
  });

  test('docker stop is an end, with the exit code of the server', async () => {
    const instance = newInstance();
    const { sink } = startNode(TICK, { instance });
    await sink.untilText('tick');
    await containerOf(instance).stop();
    expect(await sink.exit()).toEqual({ kind: 'code', code: 0 });
  });

  test('docker pause is no crash either, and a paused container is stopped like any other', async () => {
    const instance = newInstance();
    const { run, sink } = startNode(TICK, { instance });
    await sink.untilText('tick');
    await containerOf(instance).pause();
    const { length } = sink.text;
    await containerOf(instance).unpause();
    await sink.until(() => (sink.text.length > length + 20 ? true : undefined));
    await containerOf(instance).pause();
    expect(hasExited(sink)).toBe(false);
    run.stop();
    expect(await sink.exit()).toEqual({ kind: 'code', code: 0 });
    expect(sink.text).toMatch(/bye\n$/);
  });

  test('a paused container is taken over and goes on', async () => {
    const instance = newInstance();
    const first = startNode(TICK, { instance });
    await first.sink.untilText('tick');
    await containerOf(instance).pause();
    const second = startNode(TICK, { instance });
    await second.sink.untilText('tick');
    expect(second.sink.info?.adopted).toBe(true);
  });

  test('one that was renamed is still the same: it is stopped, found again and gets its name back', async () => {
    const instance = newInstance();
    const first = startNode(TICK, { instance });
    await first.sink.untilText('tick');
    await containerOf(instance).rename({ name: `${instance}-other` });
    first.run.stop();
    expect(await first.sink.exit()).toEqual({ kind: 'code', code: 0 });
    const second = startNode(TICK, { instance });
    await second.sink.untilText('tick');
    expect(second.sink.info?.containerId).toBe(first.sink.info?.containerId);
    const { containers } = await listInstance(engine(), instance);
    expect(containers.map(({ name }) => name)).toEqual([`${instance}-app`]);
    await containerOf(instance).rename({ name: `${instance}-again` });
    second.run.stop();
    expect(await second.sink.exit()).toEqual({ kind: 'code', code: 0 });
  });

  test('removed by hand and out of memory are told in words', async () => {
    const [one, other] = [newInstance(), newInstance()];
    const removed = startNode(TICK, { instance: one });
    const hungry = `console.log('tick'); const all = []; setInterval(() => all.push(Buffer.alloc(10_000_000, 1)), 20)`;
    const killed = startNode(hungry, { instance: other });
    await removed.sink.untilText('tick');
    await killed.sink.untilText('tick');
    await containerOf(one).remove({ force: true });
    await containerOf(other).update({ Memory: 300_000_000, MemorySwap: 300_000_000 });
    expect(await failureText(removed.sink)).toBe('app ended because somebody removed its container after 1.0 s');
    expect(await failureText(killed.sink)).toBe('app was killed by the system: out of memory after 1.0 s');
  });

  test('a port somebody else took is named, and once it is free again the next start works', async () => {
    const instance = newInstance();
    const port = await freePort();
    const first = startNode(TICK, { instance, port });
    await first.sink.untilText('tick');
    first.run.stop();
    await first.sink.exit();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const second = startNode(TICK, { instance, port });
    expect(await second.sink.exit()).toEqual({
      kind: 'not-started',
      failure: { code: 'port-in-use', resource: 'app', port },
    });
    await new Promise((resolve) => server.close(resolve));
    const third = startNode(TICK, { instance, port });
    await third.sink.untilText('tick');
    expect(third.sink.info?.adopted).toBe(false);
  });

  test('a network taken away while its container was stopped, and one taken away before any was there', async () => {
    const instance = newInstance();
    const first = startNode(`console.log('one run')`, { instance });
    await first.sink.exit();
    await containerOf(instance).remove({ force: true });
    await engine().docker.getNetwork(instance).remove();
    const second = startNode(`console.log('one run')`, { instance });
    await second.sink.exit();
    expect(second.sink.text).toBe('one run\n');
  });

  test('two stacks on one engine: what is done to one leaves the other alone', async () => {
    const [one, other] = [newInstance(), newInstance()];
    // One name begins with the other.
    const third = `${one}-x`;
    const runs = [one, other, third].map((instance) =>
      startNode(TICK, { instance, change: { volumes: { things: '/things' } } }),
    );
    await Promise.all(runs.map(({ sink }) => sink.untilText('tick')));
    await removeInstance(engine(), one, { volumes: true });
    await runs[0]?.sink.exit();
    for (const instance of [other, third]) {
      const { containers, networks, volumes } = await listInstance(engine(), instance);
      expect([containers.map(({ state }) => state), networks.length, volumes]).toEqual([
        ['running'],
        1,
        [`${instance}_things`],
      ]);
    }
    expect(runs.slice(1).some(({ sink }) => hasExited(sink))).toBe(false);
    await removeInstance(engine(), third, { volumes: true });
  });

  test('a container of the name that is not one of the stack is left alone', async () => {
    const instance = newInstance();
    const foreign = await engine().docker.createContainer({ Image: 'node:20-alpine', name: `${instance}-app` });
    try {
      const { sink } = startNode(TICK, { instance });
      expect(await failureText(sink)).toBe(
        `app: starting its container failed: a container named ${instance}-app exists and is not one of this stack: remove or rename it`,
      );
    } finally {
      await foreign.remove();
    }
  });

  test('one that was made and never started, as when devstack is killed in between, is made anew', async () => {
    const instance = newInstance();
    const first = startNode(TICK, { instance });
    await first.sink.untilText('tick');
    const { Config, HostConfig } = await containerOf(instance).inspect();
    await containerOf(instance).remove({ force: true });
    await first.sink.exit();
    await engine().docker.createContainer({ ...Config, HostConfig, name: `${instance}-app` });
    const second = startNode(TICK, { instance });
    await second.sink.untilText('tick');
    expect(progressOf(second.sink)[0]).toBe(`replacing container ${instance}-app, which is created`);
    await until(async () => (await listInstance(engine(), instance)).containers.length === 1);
  });
});
