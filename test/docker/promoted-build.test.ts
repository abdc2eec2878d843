import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildxHere, composeHere, createComposeRig } from '../rig/compose.ts';
import { devstack } from '../rig/devstack.ts';
import { until } from '../rig/until.ts';
import { describeRegistry, startDebianRegistry } from './debian-registry.ts';
import { describeDocker, engine } from './engine-rig.ts';
import { LOGIN } from './registry.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const [compose, buildx] = [composeHere(), buildxHere()];
let count = 0;

describeDocker('devstack build', () => {
  let root: string;
  let name: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'devstack-images-'));
    name = `built-${process.pid}-${++count}`;
    mkdirSync(path.join(root, 'node_modules'));
    symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
    write('.gitignore', 'node_modules\n.devstack\n');
  });
  afterEach(async () => {
    for (const image of await images()) await engine().docker.getImage(image).remove({ force: true });
    rmSync(root, { recursive: true, force: true });
  });

  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const config = (resources: string, more = ''): void =>
    write(
      'devstack.config.ts',
      `import { defineConfig, postgres, secret, service } from 'devstack';
      export default defineConfig({ name: '${name}', ${more} resources: { ${resources} } });`,
    );
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    devstack(args, { cwd: root, env });
  const build = (...args: readonly string[]) => run(['build', ...args]).finished;
  const images = async (): Promise<readonly string[]> => {
    const all = await engine().docker.listImages();
    return all.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.includes(`${name}/`));
  };
  const commit = (): string => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        encoding: 'utf8',
      }).trim();
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'all');
    return git('rev-parse', '--short=12', 'HEAD');
  };
  /** Builders remember the steps of earlier runs of a test; of this one they know nothing. */
  const dockerfile = (text: string): string => text.replace(/^(FROM .*\n)/, `$1ENV OF=${name}\n`);

  test('what is promoted has its images then, and no file was written', async () => {
    write('api/package.json', JSON.stringify({ name: `${name}-api`, engines: { node: '20' } }));
    write('api/server.mjs', `import { createServer } from 'node:http'; createServer().listen(process.env.PORT);`);
    write('api/.env', 'not for images');
    write('web/Dockerfile', dockerfile('FROM node:20-alpine\nRUN wc -c </run/secrets/none 2>/none; true\n'));
    config(`db: postgres(), api: service({ cwd: './api', dev: 'node server.mjs' }),
      worker: service({ cwd: './api', dev: 'node server.mjs' }), web: service({ build: './web' })`);
    const tag = commit();
    const before = readdirSync(root).toSorted();
    const { code, stdout, stderr } = await build('--json');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual([
      { image: `${name}/${name}-api:${tag}`, resources: ['api', 'worker'], id: expect.stringMatching(/^sha256:/) },
      { image: `${name}/web:${tag}`, resources: ['web'], id: expect.stringMatching(/^sha256:/) },
    ]);
    expect(readdirSync(root).toSorted()).toEqual(['.devstack', ...before].toSorted());
    expect(stderr).toMatch(/^web: building \S+$/m);
    expect(stderr).toMatch(/^web: built in /m);
    const [made = ''] = (await images()).filter((image) => image.includes('-api:'));
    const script = `console.log(fs.readdirSync('/app', { recursive: true }).sort().join())`;
    const files = execFileSync('docker', ['run', '--rm', made, 'node', '-e', script], { encoding: 'utf8' });
    // A builder has the Dockerfile from among the files; the others are the program and what npm leaves.
    expect(files).toBe('.devstack.Dockerfile,package-lock.json,package.json,server.mjs\n');

    if ('reason' in compose) return;
    using rig = createComposeRig(compose.program);
    expect((await run(['promote', '--to', 'compose'], rig.env).finished).code).toBe(0);
    rig.compose(path.join(root, 'deploy/compose'), 'create', '--no-build', 'api', 'worker', 'web');
  });

  test('those of a resource only; what others have made is not built', async () => {
    for (const one of ['a', 'b']) write(`${one}/Dockerfile`, dockerfile('FROM node:20-alpine\n'));
    config(`db: postgres(), a: service({ build: './a' }), b: service({ build: './b' })`);
    expect(await build('b')).toMatchObject({ code: 0, stdout: `${name}/b:dev\n` });
    expect(await images()).toEqual([`${name}/b:dev`]);
    expect(await build('a', '--tag', 'v1.2')).toMatchObject({ code: 0, stdout: `${name}/a:v1.2\n` });
    expect(await build('a', '--tag', 'a/b')).toMatchObject({ code: 2 });
    expect(await build('db')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^build: db is a postgres; /) });
    expect(await build('nope')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no resource or group "nope"'),
    });
  });

  test('a step that fails is named with its line and what it printed; one that is under way is finished', async () => {
    write('bad/Dockerfile', dockerfile('FROM node:20-alpine\nRUN echo trying && nonesuch\n'));
    for (const one of ['good', 'later'])
      write(`${one}/Dockerfile`, dockerfile(`FROM node:20-alpine\nRUN sleep 2; echo ${one}\n`));
    config(['bad', 'good', 'later'].map((one) => `${one}: service({ build: './${one}' })`).join(', '));
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([1, `${name}/good:dev\n`]);
    expect(stderr).toMatch(/^bad: trying$/m);
    expect(stderr).toContain(
      `bad: its image could not be built: RUN echo trying && nonesuch failed (${path.join(root, 'bad/Dockerfile')}:3)\n`,
    );
    expect(await images()).toEqual([`${name}/good:dev`]);
  });

  test('the line of a Dockerfile that nobody has written yet', async () => {
    write('api/package.json', JSON.stringify({ name: `${name}-api`, scripts: { build: `echo ${name}; exit 3` } }));
    write('api/server.mjs', '');
    write('api/package-lock.json', JSON.stringify({ name: `${name}-api`, lockfileVersion: 3, packages: { '': {} } }));
    config(`api: service({ cwd: './api', dev: 'node server.mjs' })`);
    const { code, stderr } = await build();
    const [, file = '', line] = /\((\S+):(\d+)\)$/m.exec(stderr) ?? [];
    expect([code, path.relative(root, file)]).toEqual([
      1,
      expect.stringMatching(/^deploy\/docker\/Dockerfile\.node-npm/),
    ]);
    expect(existsSync(file)).toBe(false);
    await run(['promote', '--to', 'compose']).finished;
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toMatch(/npm run build/);
  });

  test('Ctrl-C ends all builds, and leaves nothing', async () => {
    const seconds = 100_000 + process.pid + count * 1_000_000;
    for (const one of ['a', 'b'])
      write(`${one}/Dockerfile`, dockerfile(`FROM node:20-alpine\nRUN echo ${one}; sleep ${seconds}\n`));
    config(`a: service({ build: './a' }), b: service({ build: './b' })`);
    const sleeping = () => processesWith(`sleep\0${seconds}\0`);
    const running = run(['build']);
    await until(() => sleeping() === 2 || running.process.exitCode !== null);
    running.process.kill('SIGINT');
    expect(await running.finished).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(/Interrupted\.\n$/),
    });
    await until(() => sleeping() === 0);
    expect(await images()).toEqual([]);
  });

  test('a build secret is given from what was set, and without one nothing is built', async () => {
    write(
      'web/Dockerfile',
      dockerfile('FROM node:20-alpine\nRUN --mount=type=secret,id=token wc -c </run/secrets/token >/size\n'),
    );
    config(`web: service({ build: { context: './web', secrets: { token: secret('BUILD_TOKEN') } } })`);
    const refused = await build();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('needs values for: BUILD_TOKEN')]);
    const setting = devstack(['secret', 'set', 'BUILD_TOKEN', '--target', 'compose'], { cwd: root, stdin: 'pipe' });
    setting.process.stdin?.end('0123456789\n');
    await setting.finished;
    expect((await build()).code).toBe(0);
    expect(execFileSync('docker', ['run', '--rm', `${name}/web:dev`, 'cat', '/size'], { encoding: 'utf8' })).toBe(
      '10\n',
    );
  });

  test('for another platform, and for several only with a registry and buildx', async () => {
    write('web/Dockerfile', `FROM scratch\nCOPY Dockerfile /${name}\n`);
    config(`web: service({ build: './web' })`);
    expect((await build('--platform', 'linux/arm64')).code).toBe(0);
    expect(await engine().docker.getImage(`${name}/web:dev`).inspect()).toMatchObject({ Architecture: 'arm64' });
    const several = ['--platform', 'linux/amd64,linux/arm64'];
    expect(await build(...several)).toMatchObject({ code: 2, stderr: expect.stringContaining('add --push') });
    expect(await build(...several, '--push')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("write promote: { compose: { registry: 'ghcr.io/acme' } }"),
    });
    config(`web: service({ build: './web' })`, `promote: { compose: { registry: '127.0.0.1:1' } },`);
    const without = await run(['build', ...several, '--push'], { PATH: path.join(root, 'none') }).finished;
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringContaining('take docker buildx, which is not here'),
    ]);
  });

  describe.skipIf('reason' in buildx)(`with buildx${'reason' in buildx ? ` (skipped: ${buildx.reason})` : ''}`, () => {
    test('several platforms are its business, with the file that promotion writes', async () => {
      write('web/Dockerfile', `FROM scratch\nCOPY Dockerfile /${name}\n`);
      config(`web: service({ build: './web' })`, `promote: { compose: { registry: '127.0.0.1:1' } },`);
      const home = mkdtempSync(path.join(tmpdir(), 'devstack-buildx-'));
      try {
        const env = {
          PATH: `${path.dirname('program' in buildx ? buildx.program : '')}:${process.env['PATH']}`,
          DOCKER_CONFIG: home,
        };
        const { code, stderr } = await run(['build', '--platform', 'linux/amd64,linux/arm64', '--push'], env).finished;
        // The builder inside of the engine makes one platform at a time, and says so.
        expect([code, stderr]).toEqual([1, expect.stringMatching(/platform.*docker driver/is)]);
        expect(stderr).toMatch(/bake -f deploy\/docker\/docker-bake\.hcl .*web exited with code 1/);
        expect(readFileSync(path.join(root, 'deploy/docker/docker-bake.hcl'), 'utf8')).toContain('127.0.0.1:1');
      } finally {
        rmSync(home, { recursive: true });
      }
    });
  });

  describeRegistry('with --push', () => {
    test('images get to the registry with its log-in; what it says against that is told', async () => {
      const registry = await startDebianRegistry();
      const home = mkdtempSync(path.join(tmpdir(), 'devstack-docker-config-'));
      try {
        write('web/Dockerfile', dockerfile('FROM node:20-alpine\nRUN true\n'));
        const at = (host: string) =>
          config(`web: service({ build: './web' })`, `promote: { compose: { registry: '${host}/acme' } },`);
        const push = () => run(['build', '--push'], { DOCKER_CONFIG: home }).finished;
        at(registry.host);
        const image = `${registry.host}/acme/${name}/web:dev`;
        const denied = await push();
        expect([denied.code, denied.stderr]).toEqual([
          1,
          expect.stringContaining(`The registry does not let you push ${image}\n`),
        ]);
        const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
        writeFileSync(path.join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
        const { code, stdout, stderr } = await push();
        expect([code, stdout]).toEqual([0, expect.stringMatching(/^\S+ {2}sha256:[0-9a-f]{64}\n$/)]);
        expect(stderr).toContain(`web: pushed ${image}\n`);
        const [, digest = ''] = stdout.trim().split('  ');
        const answer = await fetch(`http://${registry.host}/v2/acme/${name}/web/manifests/${digest}`, {
          headers: { authorization: `Basic ${auth}`, accept: 'application/vnd.docker.distribution.manifest.v2+json' },
        });
        expect(answer.status).toBe(200);
        at('127.0.0.1:1');
        const nowhere = await push();
        expect([nowhere.code, nowhere.stderr]).toEqual([
          1,
          expect.stringMatching(/127\.0\.0\.1:1\/acme\S+ could not be pushed\n.*refused/),
        ]);
      } finally {
        await registry.close();
        rmSync(home, { recursive: true });
      }
    });
  });
});

function processesWith(command: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === command;
    } catch {
      return false; // it has ended meanwhile
    }
  }).length;
}
