import { createServer } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { connectEngine } from '../../src/drivers/container/client.ts';
import { execInContainer } from '../../src/drivers/container/exec.ts';
import { listInstance, removeInstance, stopInstance } from '../../src/drivers/container/instance.ts';
import { containerName } from '../../src/drivers/container/spec.ts';
import { endRuns, newInstance, startNode, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';
import { freePort } from './infra-rig.ts';
import { startProxy } from './proxy.ts';

const SLEEP = `process.on('SIGTERM', () => process.exit(0)); console.log('up'); setInterval(() => {}, 1000);`;

describeDocker('containers', () => {
  cleanUp(usedInstances);
  afterEach(endRuns);
  const containerOf = (instance: string) => engine().docker.getContainer(containerName(instance, 'app'));

  test('every line arrives once and in order, also a very long one, up to the last without a line end', async () => {
    const count = 20_000;
    const script = `
      for (let i = 0; i < ${count}; i++) console.log('line ' + i);
      console.log('x'.repeat(1_000_000)); process.stdout.write('the end');`;
    const { sink } = startNode(script, { instance: newInstance() });
    expect(await sink.exit()).toEqual({ kind: 'code', code: 0 });
    const lines = Array.from({ length: count }, (_, index) => `line ${index}`);
    expect(sink.text === [...lines, 'x'.repeat(1_000_000), 'the end'].join('\n')).toBe(true);
  });

  test('both streams arrive, and the environment is what the config says', async () => {
    const script = `console.log('out ' + process.env.SET); console.error('err ' + require('os').hostname())`;
    const { sink } = startNode(script, { instance: newInstance() });
    await sink.exit();
    expect(sink.text.trim().split('\n').toSorted()).toEqual(['err app', 'out by test']);
  });

  test('a stopped container is started again, and its log is not repeated', async () => {
    const instance = newInstance();
    const script = `console.log(process.pid + ' at ' + Date.now()); process.exitCode = 3`;
    const first = startNode(script, { instance });
    expect(await first.sink.exit()).toEqual({ kind: 'code', code: 3 });
    const second = startNode(script, { instance });
    expect(await second.sink.exit()).toEqual({ kind: 'code', code: 3 });
    expect(second.sink.info).toEqual({ ...first.sink.info, adopted: false });
    expect(second.sink.info?.image).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second.sink.text).toMatch(/^1 at \d+\n$/);
    expect(second.sink.text).not.toBe(first.sink.text);
  });

  test('a running container is taken over, from now on', async () => {
    const instance = newInstance();
    const script = `let n = 0; process.stdin; setInterval(() => console.log('tick ' + n++), 5)`;
    const first = startNode(script, { instance });
    await first.sink.untilText('tick 3\n');
    const second = startNode(script, { instance });
    await second.sink.until(() => (second.sink.text.split('\n').length > 5 ? true : undefined));
    expect(second.sink.info).toEqual({ ...first.sink.info, adopted: true });
    expect(second.sink.text).not.toContain('tick 0\n');
    second.run.kill();
    expect(await second.sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false });
    expect(await first.sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false });
  });

  test('a changed config replaces the container', async () => {
    const instance = newInstance();
    const first = startNode(SLEEP, { instance });
    await first.sink.untilText('up');
    const second = startNode(`${SLEEP} // changed`, { instance });
    await second.sink.untilText('up');
    // Whoever looks late finds it removed already.
    expect([
      { kind: 'code', code: 0 },
      { kind: 'signal', signal: 'SIGKILL', outOfMemory: false, because: 'removed' },
    ]).toContainEqual(await first.sink.exit());
    expect(second.sink.info?.containerId).not.toBe(first.sink.info?.containerId);
    expect((await listInstance(engine(), instance)).containers).toHaveLength(1);
  });

  test('a stop asks, waits for the grace period and then ends it; the container is kept', async () => {
    const instance = newInstance();
    const script = `process.on('SIGTERM', () => console.log('asked')); console.log('up'); setInterval(() => {}, 1000)`;
    const { run, sink } = startNode(script, { instance, change: { stop: { signal: 'SIGTERM', graceMs: 1000 } } });
    await sink.untilText('up');
    run.stop();
    expect(await sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false });
    expect(sink.text).toBe('up\nasked\n');
    expect((await listInstance(engine(), instance)).containers.map(({ state }) => state)).toEqual(['exited']);
  });

  test('a container removed by hand has ended', async () => {
    const instance = newInstance();
    const { sink } = startNode(SLEEP, { instance });
    await sink.untilText('up');
    await containerOf(instance).remove({ force: true });
    expect(await sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false, because: 'removed' });
  });

  test('a container that takes too much memory says so', async () => {
    const instance = newInstance();
    const script = `console.log('up'); const all = []; setInterval(() => all.push(Buffer.alloc(10_000_000, 1)), 20)`;
    const { sink } = startNode(script, { instance });
    await sink.untilText('up');
    await containerOf(instance).update({ Memory: 300_000_000, MemorySwap: 300_000_000 });
    expect(await sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: true });
  });

  test('a network cleaned away while the container was stopped is made again', async () => {
    const instance = newInstance();
    const first = startNode(`console.log('one run')`, { instance });
    await first.sink.exit();
    await engine().docker.getNetwork(instance).remove();
    const second = startNode(`console.log('one run')`, { instance });
    await second.sink.exit();
    expect(second.sink.text).toBe('one run\n');
  });

  test('two containers that start at once share one network and reach each other by name', async () => {
    const instance = newInstance();
    const serve = `require('http').createServer((q, r) => r.end('hello')).listen(80)`;
    const ask = `(async () => { for (;;) try {
      console.log(await (await fetch('http://server')).text()); process.exit(0) } catch { await new Promise((r) => setTimeout(r, 50)) } })()`;
    startNode(serve, { instance, change: { name: 'server' } });
    const { sink } = startNode(ask, { instance });
    expect([await sink.exit(), sink.text]).toEqual([{ kind: 'code', code: 0 }, 'hello\n']);
    expect((await listInstance(engine(), instance)).networks).toHaveLength(1);
  });

  test('the port is published on the loopback address, and free again with the exit', async () => {
    const port = await freePort();
    const script = `require('http').createServer((q, r) => r.end('hello')).listen(80, () => console.log('up'));`;
    const { run, sink } = startNode(script, { instance: newInstance(), port });
    await sink.untilText('up');
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('hello');
    run.kill();
    await sink.exit();
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    server.close();
  });

  test('a port in use leaves no container behind', async () => {
    const instance = newInstance();
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const { sink } = startNode(SLEEP, { instance, port });
    const failure = { code: 'port-in-use', resource: 'app', port };
    expect(await sink.exit()).toEqual({ kind: 'not-started', failure });
    expect((await listInstance(engine(), instance)).containers).toEqual([]);
    server.close();
  });

  test('output goes on without loss when the connection to the engine breaks', async () => {
    const proxy = await startProxy(engine().socket);
    try {
      const reached = await connectEngine({ DOCKER_HOST: `unix://${proxy.path}` });
      const script = `let n = 0; const timer = setInterval(() => {
        for (let i = 0; i < 10; i++) console.log('line ' + n++); if (n >= 1000) clearInterval(timer) }, 5)`;
      const { sink } = startNode(script, { instance: newInstance(), connect: async () => reached });
      for (const line of [100, 400, 800]) {
        await sink.untilText(`line ${line}\n`);
        proxy.cut();
      }
      expect(await sink.exit()).toEqual({ kind: 'code', code: 0 });
      expect(sink.text.split('\n')).toEqual([...Array.from({ length: 1000 }, (_, index) => `line ${index}`), '']);
    } finally {
      await proxy.close();
    }
  });

  test('parts of a long line, which have one time, are neither lost nor doubled when the connection breaks', async () => {
    const proxy = await startProxy(engine().socket);
    try {
      const reached = await connectEngine({ DOCKER_HOST: `unix://${proxy.path}` });
      const script = `for (let i = 0; i < 40; i++) console.log(String(i).padEnd(100_000, '.')); console.error('last')`;
      const { sink } = startNode(script, { instance: newInstance(), connect: async () => reached });
      // Anywhere in the middle of a line.
      for (const length of [50_000, 1_000_000, 2_030_000]) {
        await sink.until(() => (sink.text.length > length ? true : undefined));
        proxy.cut();
      }
      await sink.exit();
      const lines = Array.from({ length: 40 }, (_, index) => String(index).padEnd(100_000, '.'));
      const text = sink.text.replace('last\n', '');
      expect(text.split('\n').map((line) => `${line.slice(0, 10)} ${line.length}`)).toEqual(
        [...lines, ''].map((line) => `${line.slice(0, 10)} ${line.length}`),
      );
    } finally {
      await proxy.close();
    }
  });

  test('a command runs in the container with its input, output and exit code', async () => {
    const instance = newInstance();
    const { sink } = startNode(SLEEP, { instance });
    await sink.untilText('up');
    const [out, err] = [collect(), collect()];
    const at = { instance, resource: 'app' };
    const argv = ['sh', '-c', 'cat; echo "$WORD in $(pwd)" >&2; exit 7'];
    const io = { tty: false, stdin: Readable.from(['some input\n']), stdout: out.stream, stderr: err.stream };
    const code = await execInContainer(engine(), at, argv, { ...io, env: { WORD: "it's" }, cwd: '/tmp' });
    expect([code, out.text(), err.text()]).toEqual([7, 'some input\n', "it's in /tmp\n"]);
    const terminal = collect();
    const size = () => ({ columns: 91, rows: 17 });
    const tty = { tty: true, stdout: terminal.stream, stderr: terminal.stream, size };
    const script = `setTimeout(() => console.log(process.stdout.isTTY, process.stdout.columns), 300)`;
    expect(await execInContainer(engine(), at, ['node', '-e', script], tty)).toBe(0);
    expect(terminal.text()).toBe('\u001b[33mtrue\u001b[39m \u001b[33m91\u001b[39m\r\n');
  });

  test('a command in a container that is not there is a failure', async () => {
    const at = { instance: newInstance(), resource: 'app' };
    const io = { tty: false, stdout: collect().stream, stderr: collect().stream };
    const failed = execInContainer(engine(), at, ['true'], io);
    await expect(failed).rejects.toMatchObject({ failure: { code: 'container-failed', resource: 'app' } });
  });

  test('stopping an instance keeps its containers; removing it leaves its volumes until asked for', async () => {
    const instance = newInstance();
    const { sink } = startNode(SLEEP, { instance, change: { volumes: { things: '/things' } } });
    await sink.untilText('up');
    expect(await stopInstance(engine(), instance)).toEqual(['app']);
    await sink.exit();
    const { containers, networks, volumes } = await listInstance(engine(), instance);
    expect(containers.map(({ name, resource, state }) => ({ name, resource, state }))).toEqual([
      { name: `${instance}-app`, resource: 'app', state: 'exited' },
    ]);
    expect([networks.map(({ name }) => name), volumes]).toEqual([[instance], [`${instance}_things`]]);
    expect(await removeInstance(engine(), instance, { volumes: false })).toEqual({
      containers: [`${instance}-app`],
      networks: [instance],
      volumes: [],
      images: [],
    });
    expect(await removeInstance(engine(), instance, { volumes: true })).toEqual({
      containers: [],
      networks: [],
      volumes: [`${instance}_things`],
      images: [],
    });
  });
});

function collect() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
