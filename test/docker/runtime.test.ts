import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../src/drivers/container/client.ts';
import { hasImage } from '../../src/drivers/container/image.ts';
import { listInstance, stopInstance } from '../../src/drivers/container/instance.ts';
import { cleanUp, connect, describeDocker, engine, FIXTURE } from './engine-rig.ts';
import { freePort, noEngine, postgresSpec, query, serverSpec } from './infra-rig.ts';
import { useRigs } from './rigs.ts';
import { LOGIN, startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

const { rigOf, instances } = useRigs(connect);

describeDocker('Postgres in the runtime that is there', () => {
  cleanUp(instances);

  test('an engine that has the image is used, and the choice says so', async () => {
    const rig = await rigOf();
    const { sink } = await rig.up(postgresSpec(await freePort()));
    expect(sink.info?.runtime).toEqual({
      name: 'docker',
      version: `${FIXTURE} (engine ${engine().version})`,
      reason: `Docker engine answers at ${engine().socket}`,
    });
  });

  test('a port that accepts connections is not ready: the query comes later', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const { sink } = rig.start(postgresSpec(port, { runtime: 'docker' }));
    await sink.untilKind('started');
    const accepts = await new Promise<boolean>((resolve) => {
      const socket = connectTcp(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    await expect(query(port, 'select 1')).rejects.toThrow(/terminated|ECONNRESET|timeout/);
    expect([accepts, sink.events.some(({ kind }) => kind === 'ready')]).toEqual([true, false]);
    await sink.untilKind('ready');
    expect(await query(port, 'select 1')).toEqual([[1]]);
  });

  test('a changed setting replaces the container and keeps the data', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port));
    await query(port, 'create table kept ()');
    first.run.stop();
    await first.sink.exit();
    const second = await rig.up(postgresSpec(port, { args: ['-c', 'max_connections=19'] }));
    expect(second.sink.info?.containerId).not.toBe(first.sink.info?.containerId);
    expect(await query(port, `select to_regclass('kept')::text, current_setting('max_connections')`)).toEqual([
      ['kept', '19'],
    ]);
  });

  test('a running server of an earlier devstack is taken over', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port));
    const second = await rig.up(postgresSpec(port));
    expect([second.sink.info?.adopted, second.sink.info?.containerId]).toEqual([true, first.sink.info?.containerId]);
    expect(second.sink.text).not.toContain('ready to accept connections');
    await stopInstance(engine(), rig.instance);
    expect(await second.sink.exit()).toEqual({ kind: 'code', code: 0 });
    expect(await first.sink.exit()).toEqual({ kind: 'code', code: 0 });
  });

  test('a first start that is stopped leaves no half-made data', async () => {
    const rig = await rigOf();
    const { run, sink } = rig.start(postgresSpec(await freePort()));
    await sink.until(() => sink.text || undefined);
    run.stop();
    await sink.exit();
    const { containers, volumes } = await listInstance(engine(), rig.instance);
    expect([containers, volumes]).toEqual([[], []]);
  });

  test('data stays with the runtime that made it: auto goes on with it, another is refused with the ways out', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port), { connect: noEngine });
    await query(port, 'create table kept ()');
    first.run.stop();
    await first.sink.exit();
    const second = rig.start(postgresSpec(port), { runtime: 'docker' });
    expect(await second.sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'data-of-other-runtime',
        resource: 'db',
        folder: join(rig.root, '.devstack/data/db'),
        holds: 'data of the embedded postgres 17',
        wanted: `a container of ${FIXTURE}`,
        ways: [],
      },
    });
    const third = await rig.up(postgresSpec(port));
    expect(third.sink.info?.runtime?.reason).toBe(`its data is here, in ${join(rig.root, '.devstack/data/db')}`);
    expect(await query(port, `select to_regclass('kept')::text`)).toEqual([['kept']]);
  });

  test('where a volume holds the data and the engine is away, no empty database is shown instead', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port));
    first.run.stop();
    await first.sink.exit();
    const second = rig.start(postgresSpec(port), { connect: noEngine });
    expect(await second.sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'data-of-other-runtime',
        resource: 'db',
        folder: `Docker volume ${rig.instance}_db`,
        holds: 'data of postgres 17',
        wanted: 'another runtime (no Docker engine: /nowhere/docker.sock does not exist)',
        ways: ['start a Docker engine'],
      },
    });
  });

  test('data of another kind of server is not touched', async () => {
    const rig = await rigOf();
    const first = await rig.up(serverSpec('redis', { redis: await freePort() }, { name: 'store' }));
    first.run.stop();
    await first.sink.exit();
    const second = rig.start(serverSpec('mariadb', { mysql: await freePort() }, { name: 'store' }));
    expect(await second.sink.exit()).toMatchObject({
      kind: 'not-started',
      failure: { code: 'data-of-other-runtime', holds: 'data of redis 8', wanted: 'a container of mariadb:11.8' },
    });
  });

  test('data of another major version is not touched', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port));
    first.run.stop();
    await first.sink.exit();
    const second = rig.start(postgresSpec(port, { version: '16' }));
    expect(await second.sink.exit()).toMatchObject({
      kind: 'not-started',
      failure: { code: 'data-of-other-runtime', holds: 'data of postgres 17', wanted: 'a container of postgres:17' },
    });
  });

  test('an engine that does not answer is given up, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'devstack-silent-'));
    const path = join(folder, 'docker.sock');
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await connectEngine({ DOCKER_HOST: `unix://${path}` })).toEqual({
      kind: 'unreachable',
      tried: [path],
      reason: `${path}: no answer within 3000 ms`,
    });
    server.close();
    await rm(folder, { recursive: true });
  });

  test('what cannot run in a runtime is refused in words', async () => {
    const rig = await rigOf();
    const kafka = rig.start(serverSpec('kafka', { kafka: 1 }), { connect: noEngine });
    expect(await kafka.sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'runtime-unavailable',
        resource: 'kafka',
        engine: 'kafka',
        tried: [
          { runtime: 'docker', reason: 'no Docker engine: /nowhere/docker.sock does not exist' },
          { runtime: 'native', reason: 'no distribution has Kafka among its packages' },
          { runtime: 'embedded', reason: 'there is no real kafka among the npm packages' },
        ],
        ways: ['start a Docker engine'],
      },
    });
    const docker = rig.start(postgresSpec(1, { runtime: 'docker' }), { connect: noEngine });
    expect(await docker.sink.exit()).toMatchObject({ kind: 'not-started', failure: { code: 'engine-unreachable' } });
  });
});

describeDocker('images', () => {
  let registry: Registry;
  let guarded: Registry;
  beforeAll(async () => {
    registry = await startRegistry('open');
    guarded = await startRegistry('private');
  });
  afterAll(() => Promise.all([registry.close(), guarded.close()]));
  cleanUp(instances);
  afterEach(async () => {
    for (const { host } of [registry, guarded]) {
      const image = engine().docker.getImage(`${host}/thing:1`);
      await image.remove().catch(() => {}); // most tests do not pull it
    }
  });

  const failureFor = async (image: string) => {
    const rig = await rigOf();
    const { sink } = rig.start(postgresSpec(await freePort(), { runtime: 'docker', image }));
    const exit = await sink.exit();
    return exit.kind === 'not-started' && 'image' in exit.failure ? { ...exit.failure, reason: '' } : exit;
  };

  test('a missing one is pulled, and the bytes are counted', async () => {
    const rig = await rigOf();
    const image = `${registry.host}/thing:1`;
    const { sink } = rig.start(postgresSpec(await freePort(), { runtime: 'docker', image }));
    const progress = () => sink.events.flatMap((event) => (event.kind === 'progress' ? [event.text] : []));
    // It has no command, so it does not start.
    expect(await sink.exit()).toMatchObject({ kind: 'not-started', failure: { code: 'container-failed' } });
    expect(progress()).toContain(`pulling ${image} (5.0 of 5.0 MB, 1 of 1 layer)`);
    expect(await hasImage(engine(), image)).toBe(true);
  });

  test('a stop ends the pull', async () => {
    const rig = await rigOf();
    let send = () => {};
    const asked = new Promise<void>((resolve) => {
      registry.onLayer = () => {
        resolve();
        return new Promise((release) => (send = release));
      };
    });
    const image = `${registry.host}/thing:1`;
    const { run, sink } = rig.start(postgresSpec(await freePort(), { image }));
    await asked;
    run.stop();
    expect(await sink.exit()).toEqual({ kind: 'signal', signal: 'SIGTERM', outOfMemory: false });
    send();
    registry.onLayer = async () => {};
    expect(await hasImage(engine(), image)).toBe(false);
  });

  test('a log-in of the docker command is used', async () => {
    const rig = await rigOf();
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    await writeFile(join(rig.root, 'config.json'), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
    const image = `${guarded.host}/thing:1`;
    const env = { ...process.env, DOCKER_CONFIG: rig.root };
    const { sink } = rig.start(postgresSpec(await freePort(), { runtime: 'docker', image }), { env });
    expect(await sink.exit()).toMatchObject({ failure: { code: 'container-failed' } });
    expect(await hasImage(engine(), image)).toBe(true);
  });

  test('one that is not there, not allowed or out of reach are three different failures', async () => {
    const images = [`${registry.host}/thing:2`, `${guarded.host}/thing:1`, '127.0.0.1:1/thing:1'] as const;
    const [missing, denied, unreachable] = images;
    expect(await Promise.all(images.map(failureFor))).toEqual([
      { code: 'image-not-found', resource: 'db', image: missing, reason: '' },
      { code: 'image-denied', resource: 'db', image: denied, reason: '' },
      { code: 'image-unreachable', resource: 'db', image: unreachable, reason: '' },
    ]);
  });

  test('where the image cannot be had, the embedded server is used, and the choice says why', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const image = '127.0.0.1:1/thing:1';
    const { sink } = await rig.up(postgresSpec(port, { image }));
    expect(await query(port, 'select 1')).toEqual([[1]]);
    expect(sink.info?.runtime).toEqual({
      name: 'embedded',
      version: '17.10',
      // A server of this machine comes first, if it is of that version.
      reason: expect.stringMatching(
        /^127.0.0.1:1\/thing:1 is not on this machine and cannot be pulled: .*refused; (there is no postgres|postgres \S+ is) on this machine/,
      ),
    });
  });
});
