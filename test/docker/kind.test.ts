import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { startCluster } from '../rig/cluster/cluster.ts';
import type { TestCluster } from '../rig/cluster/cluster.ts';
import { apply } from '../rig/cluster/kubectl.ts';
import type { Outcome } from '../rig/cluster/outcome.ts';
import { blocksOf } from '../rig/docs.ts';
import { until } from '../rig/until.ts';
import { engine } from './engine-rig.ts';
import { createKindRig, describeKind } from './kind-rig.ts';
import type { KindRig } from './kind-rig.ts';

describeKind('devstack promote --to kind', () => {
  let rig: KindRig;
  let root: string;
  let name: string;
  let cluster: TestCluster;
  let tools: string;
  let port: number;
  let spare: number;

  beforeEach(async () => {
    rig = await createKindRig();
    ({ root, name, cluster, tools, port, spare } = rig);
    config();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const write: KindRig['write'] = (file, text) => rig.write(file, text);
  const config = (env = 'DATABASE_URL: db.url', more = '', only = "['db', 'migrate', 'web']"): void =>
    write(
      'devstack.config.ts',
      `import { defineConfig, postgres, service, task } from 'devstack';
      const db = postgres();
      const migrate = task({ run: 'node migrate.mjs', env: { DATABASE_URL: db.url } });
      const web = service({ dev: 'node server.mjs', port: ${port}, env: { ${env} }, ${only.includes('migrate') ? 'dependsOn: [migrate], ' : ''}deploy: { ingress: true } });
      ${more}
      const all = { db, migrate, web };
      export default defineConfig({ name: '${name}', resources: Object.fromEntries(Object.entries(all).filter(([name]) => ${only}.includes(name))) });`,
    );
  const place = () => rig.place();
  const env = () => rig.env();
  const promote = (...args: readonly string[]) => rig.promote(...args);
  const calls = (verb: string) => rig.calls(verb);
  const containers = () => rig.containers();

  test('the first time everything is made, the second time nothing', async () => {
    const first = await promote().finished;
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining(`${place().name} created (1 node, ${port} → web)`),
    ]);
    expect(first.stdout).toMatch(new RegExp(`^web  http://localhost:${port}  200 in \\d+ ms$`, 'm'));
    for (const line of [/✔ db +StatefulSet 1\/1 ready/, /✔ migrate +Job complete/, /✔ web +Deployment 1\/1 ready/])
      expect(first.stderr).toMatch(line);
    expect(statSync(place().kubeconfig).mode & 0o777).toBe(0o600);
    expect(cluster.objects('Namespace').map(({ metadata }) => metadata.name)).toContain(name);
    const mark = cluster.journal.length;
    const second = await promote().finished;
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('nothing changed')]);
    expect(calls('create')).toHaveLength(1);
    expect(calls('load')).toHaveLength(1);
    expect(cluster.journal.slice(mark).filter(({ hasChanged }) => hasChanged)).toEqual([]);
  });

  test('a cluster that was made anew by somebody else, or is at another port, is found again', async () => {
    expect((await promote('--only', 'infra').finished).code).toBe(0);
    const { kubeconfig } = place();
    const right = readFileSync(kubeconfig, 'utf8');
    writeFileSync(kubeconfig, right.replaceAll(/(server: \S+):\d+/g, '$1:1'));
    expect((await promote('--only', 'infra').finished).code).toBe(0);
    expect([readFileSync(kubeconfig, 'utf8'), calls('create'), calls('export')]).toEqual([
      right,
      expect.objectContaining({ length: 1 }),
      expect.objectContaining({ length: 1 }),
    ]);
  });

  test('a new version is rolled out, what is gone from the stack is removed, and data stays', async () => {
    expect((await promote().finished).code).toBe(0);
    const [before] = cluster.objects('Deployment');
    write(
      'server.mjs',
      `// ${name} again\nimport http from 'node:http';\nhttp.createServer().listen(process.env.PORT);\n`,
    );
    config('', 'void db;', "['web']");
    const { code, stderr } = await promote().finished;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/applied .* removed/)]);
    expect(cluster.objects('StatefulSet')).toEqual([]);
    expect(cluster.objects('Job')).toEqual([]);
    expect(cluster.objects('PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['data-db-0']);
    expect(imageOf(cluster.objects('Deployment')[0])).not.toBe(imageOf(before));
    expect(calls('load')).toHaveLength(2);
  });

  test('a program that keeps ending is shown with its last words, and the cluster is kept', async () => {
    const log = ['listening', 'Error: connect ECONNREFUSED 127.0.0.1:5432'];
    cluster.fares('web', { kind: 'crashes', exitCode: 1, restarts: 3, log, previousLog: log });
    const { code, stdout, stderr } = await promote().finished;
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('web  Deployment 0/1  keeps ending (exit code 1, restarted 3 times)');
    expect(stderr).toContain('  │ Error: connect ECONNREFUSED 127.0.0.1:5432');
    expect(stderr).toContain('It looks for somebody at 127.0.0.1, which is its own pod.');
    expect(stderr).toContain('The cluster is kept: mend it and run the same command again.');
    expect(await containers()).toHaveLength(1);
    cluster.fares('web', { kind: 'ready' });
    expect((await promote().finished).code).toBe(0);
  });

  test('whatever keeps it from coming up is said within seconds, and mended by the same command', async () => {
    const outcomes: readonly (readonly [Outcome, RegExp])[] = [
      [{ kind: 'image-missing' }, /web {2}Deployment 0\/1 {2}ImagePullBackOff\n/],
      [{ kind: 'image-not-loaded' }, /web {2}Deployment 0\/1 {2}ErrImageNeverPull\n/],
      [
        { kind: 'config-error', message: 'secret "web-secrets" not found' },
        /cannot be created\n.*\n {2}secret "web-secrets" not found\n/,
      ],
      [{ kind: 'out-of-memory', restarts: 3 }, /out of memory \(restarted 3 times\)[^]*It may have \d+Mi/],
      [{ kind: 'unschedulable' }, /no node takes it[^]*Insufficient/],
      [{ kind: 'crashes', restarts: 3, log: ['too many open files'] }, /sysctl fs\.inotify/],
    ];
    for (const [outcome, words] of outcomes) {
      cluster.fares('web', outcome);
      const { code, stderr } = await promote().finished;
      expect([code, stderr]).toEqual([3, expect.stringMatching(words)]);
    }
    cluster.fares('web', { kind: 'ready' });
    expect((await promote().finished).code).toBe(0);
  });

  test('a health check that says no is named when there is no more time', async () => {
    cluster.fares('web', { kind: 'probe-fails', probe: 'Readiness' });
    const { code, stderr } = await promote('--timeout', '2s').finished;
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/web {2}Deployment 0\/1 {2}is not ready\n[^]*Readiness probe failed/),
    ]);
  });

  test('a task that fails stops what waits for it', async () => {
    cluster.fares('migrate', { kind: 'crashes', exitCode: 2, log: ['no such table'] });
    const { code, stderr } = await promote().finished;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/migrate {2}Job 0\/1 {2}[^]*│ no such table/)]);
    expect(cluster.objects('Deployment')).toEqual([]);
  });

  test('Ctrl-C stops waiting, and the same command goes on', async () => {
    cluster.fares('web', { kind: 'held' });
    const running = promote();
    await running.seen(/migrate +Job complete/);
    await until(() => cluster.objects('Deployment').length > 0);
    running.process.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect([code, stderr]).toEqual([130, expect.stringContaining('The same command goes on from there')]);
    cluster.fares('web', { kind: 'ready' });
    expect((await promote().finished).code).toBe(0);
  });

  test('what kind says when it fails is explained, and nothing stays', async () => {
    const said = 'could not find a log line that matches "Reached target .*Multi-User System.*"';
    writeFileSync(path.join(tools, 'fail-create'), `ERROR: failed to create cluster: ${said}`);
    const { code, stderr } = await promote().finished;
    expect([code, stderr]).toEqual([2, expect.stringContaining('What it wrote is in .devstack/kind/logs')]);
    expect(stderr).toContain(said);
    expect(await containers()).toEqual([]);
    rmSync(path.join(tools, 'fail-create'));
  });

  test('a port that is taken is named with who has it; an offset moves all ports, and stays', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const taken = await promote().finished;
    expect([taken.code, taken.stderr]).toEqual([
      2,
      expect.stringMatching(new RegExp(`web is to be reached at port ${port} .*pid ${process.pid}\\)`)),
    ]);
    const offset = spare - port;
    const moved = await promote('--port-offset', String(offset)).finished;
    expect([moved.code, moved.stdout]).toEqual([0, expect.stringContaining(`http://localhost:${port + offset}`)]);
    expect((await promote().finished).stdout).toContain(`http://localhost:${port + offset}`);
    await new Promise((resolve) => holder.close(resolve));
  });

  test('without kind, what is missing and where it is to be had is said', async () => {
    rmSync(path.join(tools, 'bin/kind'));
    const nothing = path.join(tools, 'nothing');
    mkdirSync(nothing);
    for (const program of ['docker', 'node'])
      symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), path.join(nothing, program));
    const { code, stderr } = await devstack(['promote', '--to', 'kind'], { cwd: root, env: { PATH: nothing } })
      .finished;
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('kind is not installed\nInstall it: brew install kind'),
    ]);
    rig.installKind();
  });

  test('a port that came later is named with what forwards it, and a stopped cluster with what starts all of it', async () => {
    expect((await promote('--nodes', '2', '--only', 'infra').finished).code).toBe(0);
    const late = `const late = service({ image: 'node:20-alpine', dev: 'node server.mjs', port: ${spare}, deploy: { ingress: true, servicePort: 90 } }); Object.assign(resources, { late });`;
    write(
      'devstack.config.ts',
      `import { defineConfig, postgres, service } from 'devstack';
      const resources = { db: postgres() };
      ${late}
      export default defineConfig({ name: '${name}', resources });`,
    );
    expect((await promote('--only', 'infra').finished).stderr).toContain(
      `port-forward -n ${name} service/late ${spare}:90`,
    );
    const [node] = (await containers()).map(([first = '']) => first.slice(1)).filter((one) => one.endsWith('worker'));
    await engine()
      .docker.getContainer(node ?? '')
      .stop({ t: 0 });
    const { code, stderr } = await promote('--only', 'infra').finished;
    const command = `docker start $(docker ps -aq --filter label=io.x-k8s.kind.cluster=${place().name})`;
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Start it (${command})`)]);
    execFileSync('sh', ['-c', command]);
    expect((await promote('--only', 'infra').finished).code).toBe(0);
  });

  test('what there is stays while something is missing for a new one', async () => {
    expect((await promote('--only', 'infra').finished).code).toBe(0);
    config("KEY: secret('KEY')", "import { secret } from 'devstack';");
    const { code, stderr } = await promote('--recreate').finished;
    expect([code, stderr]).toEqual([2, expect.stringContaining('needs values for: KEY')]);
    expect([calls('delete'), await containers()]).toEqual([[], [expect.anything()]]);
  });

  test('ps and logs tell of what runs there, the newest of all pods in the order of time', async () => {
    const asked = (...args: readonly string[]) => devstack([...args, '--target', 'kind'], { cwd: root, env: env() });
    const none = await asked('ps').finished;
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('devstack promote --to kind makes it.')]);
    cluster.fares('db', { kind: 'ready', log: ['database system is ready'] });
    cluster.fares('web', { kind: 'ready', log: ['listening', '{"level":"info","msg":"hello"}'] });
    expect((await promote().finished).code).toBe(0);
    const ps = await asked('ps').finished;
    for (const row of [
      /^db +StatefulSet +up +1\/1 +0 /m,
      /^migrate +Job +complete +1\/1 /m,
      /^web +Deployment +up +1\/1 /m,
    ])
      expect(ps.stdout).toMatch(row);
    const all = await asked('logs').finished;
    expect([
      all.code,
      all.stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ]).toEqual([0, ['db | database system is ready', 'web | listening', 'web | {"level":"info","msg":"hello"}']]);
    expect((await asked('logs', 'web', '--tail', '1', '--json').finished).stdout).toMatch(
      /^\{"resource":"web","pod":"web-[^"]+","container":"web","time":\d+,.*"text":"\{\\"level\\":/,
    );
    const following = asked('logs', '--follow', '--grep', 'new');
    await until(() => cluster.journal.some(({ path: asked }) => /log\?.*follow=true/.test(asked)));
    cluster.prints('web', 'something new');
    await following.seen(/web +\| something new\n/);
    following.process.kill('SIGINT');
    expect((await following.finished).stdout.match(/something new/g)).toHaveLength(1);
  });

  test('every command of the page does what the page says', async () => {
    write(
      'devstack.config.ts',
      readFileSync(path.join(root, 'devstack.config.ts'), 'utf8').replaceAll(/\bweb\b/g, 'api'),
    );
    const lines = blocksOf('docs/kind.md').flatMap(({ language, text }) =>
      language === 'sh' ? text.trim().split('\n') : [],
    );
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const [, ...args] = line.split(' ');
      const { code, stderr } = await devstack(args, { cwd: root, env: env() }).finished;
      expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
    }
    expect(await containers()).toEqual([]);
  });

  test('servers come up alone, and the rest beside them', async () => {
    const infra = await promote('--only', 'infra').finished;
    expect([infra.code, infra.stdout, infra.stderr]).toEqual([
      0,
      '',
      expect.stringMatching(/db +StatefulSet 1\/1 ready/),
    ]);
    expect([infra.stderr.includes('images'), cluster.objects('Deployment'), cluster.objects('Job')]).toEqual([
      false,
      [],
      [],
    ]);
    expect((await promote().finished).code).toBe(0);
    expect((await promote('--only', 'infra').finished).code).toBe(0);
    expect(cluster.objects('Deployment')).toHaveLength(1);
  });

  test('the config names the cluster, its nodes and the folder; the command line wins', async () => {
    const own = `${name}-shared`;
    const written = readFileSync(path.join(root, 'devstack.config.ts'), 'utf8');
    write(
      'devstack.config.ts',
      written.replace(
        `name: '${name}', `,
        `name: '${name}', promote: { kind: { cluster: '${own}', nodes: 2, output: 'ops/kind' } }, `,
      ),
    );
    await using there = await startCluster({ context: `kind-${own}` });
    const asked = (...args: readonly string[]) =>
      devstack(args, { cwd: root, env: { ...env(), KIND_STAND_IN_KUBECONFIG: there.kubeconfig } }).finished;
    const first = await asked('promote', '--to', 'kind', '--only', 'infra');
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`${own} created (2 nodes`)]);
    expect(first.stderr).toContain('ops/kind');
    expect((await asked('ps', '--target', 'kind')).stdout).toMatch(/^db +StatefulSet +up/m);
    const second = await asked('promote', '--to', 'kind', '--only', 'infra', '--nodes', '3');
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining(`${own} has 2 nodes, and not 3`)]);
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const of = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-db-0', namespace: 'blog' },
      spec: claim,
    };
    const metadata = { name: 'blog' };
    await apply(there, [{ apiVersion: 'v1', kind: 'Namespace', metadata }, of]);
    const data = 'with the data of blog/data-db-0, data-db-0';
    const deleted = calls('delete').length;
    const anew = ['promote', '--to', 'kind', '--only', 'infra', '--recreate'];
    const refused = await asked(...anew);
    expect([refused.code, refused.stderr, calls('delete').length]).toEqual([
      2,
      expect.stringContaining(
        `This makes the cluster ${own} anew, which others may use, and deletes it ${data}. Nobody can be asked here`,
      ),
      deleted,
    ]);
    expect((await asked(...anew, '--yes')).code).toBe(0);
    rmSync(path.join(root, '.devstack/kind/kubeconfig'));
    expect((await asked('promote', '--to', 'kind', '--delete')).stderr).toContain(
      `This deletes the cluster ${own} ${data}. Nobody can be asked here`,
    );
    expect((await asked('promote', '--to', 'kind', '--delete', '--yes')).stderr).toContain(
      `Deleted the cluster ${own}`,
    );
  });

  test('every event is a line of JSON', async () => {
    const { code, stdout, stderr } = await promote('--json').finished;
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string; readonly step?: string });
    expect([code, stderr]).toEqual([0, '']);
    // Of the limits of this machine there may be one.
    expect(events.flatMap(({ event, step }) => (event === 'note' ? [] : [step ?? event]))).toEqual([
      'files',
      'images',
      'cluster',
      'load',
      'check',
      'workload',
      'workload',
      'workload',
      'applied',
      'address',
    ]);
  });

  test('deleting asks, and says whose data goes; there may be nothing to delete', async () => {
    expect((await promote('--delete').finished).stderr).toContain(`There is no cluster ${place().name}.`);
    expect((await promote('--nodes', '2').finished).stderr).toContain('created (2 nodes');
    const asked = await promote('--delete').finished;
    expect([asked.code, asked.stderr]).toEqual([
      2,
      expect.stringContaining('with the data of data-db-0. Nobody can be asked here'),
    ]);
    const kept = await promote('--delete', '--keep-cluster', '--yes').finished;
    expect([kept.code, cluster.objects('Deployment')]).toEqual([0, []]);
    expect(await containers()).toHaveLength(2);
    const gone = await promote('--delete', '--yes').finished;
    expect([gone.code, await containers()]).toEqual([0, []]);
  });
});

const imageOf = (object: unknown): unknown => JSON.stringify(object).match(/"image":"([^"]+)"/)?.[1];
