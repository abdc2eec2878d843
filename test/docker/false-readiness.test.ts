import { connect as connectTcp } from 'node:net';
import { Writable } from 'node:stream';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { execInContainer } from '../../src/drivers/container/exec.ts';
import { LABELS } from '../../src/drivers/container/spec.ts';
import { clients } from './clients.ts';
import { cleanUp, connect, describeDocker, engine } from './engine-rig.ts';
import { credentials, freePort, postgresSpec, query, serverSpec } from './infra-rig.ts';
import type { InfraRig } from './infra-rig.ts';
import { portsFor } from './kind-rules.ts';
import type { Recorder } from './recorder.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);
const { user, password } = credentials;

/** Sourced by the entrypoint while its temporary server runs, and held until somebody writes into the pipe. */
const GATE = `mkfifo /tmp/gate && chmod 666 /tmp/gate && echo 'the gate is closed' && read -r _ </tmp/gate\n`;
const OPEN_GATE = ['sh', '-c', 'echo go >/tmp/gate'];

// Each server is held in a state that others take for ready; what they look at is asked, and so are we.
describeDocker('what looks ready and is not', () => {
  cleanUp(instances);

  test('Postgres that makes its data: the port accepts, the log and pg_isready say ready', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const gate = await rig.file('gate.sh', GATE);
    const files = { [gate]: '/docker-entrypoint-initdb.d/gate.sh' };
    const { sink } = rig.start(postgresSpec(port, { runtime: 'docker', files }));
    await sink.untilText('the gate is closed');
    expect(await acceptsTcp(port)).toBe(true);
    expect(sink.text).toContain('database system is ready to accept connections');
    expect((await execIn(rig, 'db', ['pg_isready', '-U', user])).code).toBe(0);
    await expect(query(port, 'select 1')).rejects.toThrow();

    await looked(sink, /select 1 on .*: Connection terminated unexpectedly|ECONNRESET/);
    expect(isReady(sink)).toBe(false);
    await execIn(rig, 'db', OPEN_GATE);
    await sink.untilKind('ready');
    expect(await query(port, 'select 1')).toEqual([[1]]);
  });

  test.each(['mysql', 'mariadb'] as const)(
    '%s that makes its data: the port accepts, mysqladmin says it is alive',
    async (kind) => {
      const rig = await rigOf();
      const port = await freePort();
      const gate = await rig.file('gate.sh', GATE);
      const files = { [gate]: '/docker-entrypoint-initdb.d/gate.sh' };
      const { sink } = rig.start(serverSpec(kind, { mysql: port }, { runtime: 'docker', files }));
      await sink.untilText('the gate is closed');
      expect(await acceptsTcp(port)).toBe(true);
      const ping = await execIn(rig, kind, ['mysqladmin', 'ping']);
      expect(ping.code).toBe(0);
      await expect(createConnection({ host: '127.0.0.1', port, user, password })).rejects.toThrow();

      await looked(sink, /select 1 on .*/);
      expect(isReady(sink)).toBe(false);
      await execIn(rig, kind, OPEN_GATE);
      await sink.untilKind('ready');
      await clients[kind]({ port, user, password }).write('n', 'v');
    },
  );

  test('Redis that loads its data: it accepts, takes the password, and redis-cli ping succeeds', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(serverSpec('redis', { redis: port }, { runtime: 'docker' }));
    const fill = new Redis({ host: '127.0.0.1', port, password });
    await fill.eval(`for i = 1, 100000 do redis.call('set', 'k' .. i, i) end`, 0);
    fill.disconnect();
    first.run.stop();
    await first.sink.exit();

    // So slow that it would load for half a minute.
    const slowly = ['--key-load-delay', '200'];
    const { sink } = rig.start(serverSpec('redis', { redis: port }, { runtime: 'docker', args: slowly }));
    await looked(sink, /^AUTH and PING on .*: -LOADING Redis is loading the dataset in memory$/);
    expect(await acceptsTcp(port)).toBe(true);
    const ping = await execIn(rig, 'redis', ['redis-cli', 'ping']);
    expect([ping.code, ping.said]).toEqual([0, expect.stringMatching(/^LOADING /)]);
    expect(isReady(sink)).toBe(false);
    await execIn(rig, 'redis', ['redis-cli', 'config', 'set', 'key-load-delay', '0']);
    await sink.untilKind('ready');
    expect(await clients.redis({ port, user, password }).read('k100000')).toBe('100000');
  });

  // A process started too early in there can even break it: RabbitMQ's cookie becomes root's.
  test('to find out whether they are ready, nothing is run inside of them', async () => {
    const rig = await rigOf();
    const since = Math.floor(Date.now() / 1000);
    await rig.up(postgresSpec(await freePort(), { runtime: 'docker' }));
    for (const kind of ['redis', 'nats', 'mariadb'] as const)
      await rig.up(serverSpec(kind, await portsFor(kind), { runtime: 'docker' }));
    const filters = { label: [`${LABELS.instance}=${rig.instance}`], event: ['start', 'exec_create'] };
    const until = Math.floor(Date.now() / 1000);
    const events = await engine().docker.getEvents({ since, until, filters: JSON.stringify(filters) });
    let text = '';
    for await (const chunk of events) text += String(chunk);
    expect(text).toContain('"start"');
    expect(text).not.toContain('exec_create');
  });

  test('RabbitMQ whose node is up and whose broker is not: the port accepts, rabbitmq-diagnostics pings', async () => {
    const rig = await rigOf();
    const ports = await portsFor('rabbitmq');
    const port = ports['amqp'] ?? 0;
    const spec = serverSpec('rabbitmq', ports, { runtime: 'docker' });
    await rig.up(spec);
    await execIn(rig, 'rabbitmq', ['rabbitmqctl', 'stop_app']);
    // Taken over as it is: like a node that is still booting its broker.
    const { sink } = rig.start(spec);
    await looked(sink, /^AMQP login to virtual host \/ on .*: it closed the connection$/);
    expect(await acceptsTcp(port)).toBe(true);
    expect((await execIn(rig, 'rabbitmq', ['rabbitmq-diagnostics', '-q', 'ping'])).code).toBe(0);
    expect([sink.info?.adopted, isReady(sink)]).toEqual([true, false]);
    await execIn(rig, 'rabbitmq', ['rabbitmqctl', 'start_app']);
    await sink.untilKind('ready');
    await clients.rabbitmq({ port, user, password }).write('n', 'v');
  });
});

const isReady = (sink: Recorder): boolean => sink.events.some(({ kind }) => kind === 'ready');

/** Until a look of ours said this. */
async function looked(sink: Recorder, pattern: RegExp): Promise<void> {
  await sink.until(() => sink.events.find((event) => event.kind === 'trying' && pattern.test(event.text)));
}

function acceptsTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function execIn({ instance }: InfraRig, resource: string, argv: readonly string[]) {
  let said = '';
  const keep = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said += chunk.toString();
        done();
      },
    });
  const io = { tty: false, stdout: keep(), stderr: keep(), env: { REDISCLI_AUTH: password } };
  return { code: await execInContainer(engine(), { instance, resource }, argv, io), said };
}
