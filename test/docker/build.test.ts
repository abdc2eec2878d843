import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Build } from '../../src/core/stack.ts';
import { createBuilder } from '../../src/drivers/container/build/build.ts';
import type { BuildRequest } from '../../src/drivers/container/build/image-build.ts';
import { listInstance, removeInstance } from '../../src/drivers/container/instance.ts';
import { newInstance, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';
import { LOGIN, startRegistry } from './registry.ts';

interface Told {
  readonly failure: unknown;
  readonly id: string | undefined;
  readonly progress: readonly string[];
  readonly shares: readonly number[];
  readonly output: string;
}

describeDocker('building an image', () => {
  cleanUp(usedInstances);
  let folder: string;
  let instance: string;
  let builder: ReturnType<typeof createBuilder>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'devstack-build-'));
    instance = newInstance();
    builder = createBuilder({ instance, stackName: 'test', root: folder });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Builders remember the steps of earlier runs of a test; of this base they know nothing. */
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(
      join(folder, name),
      text.replace(/^FROM node:20-alpine.*\n/, (from) => `${from}ENV OF=${instance}\n`),
    );
  };
  const ensure = async (
    env: NodeJS.ProcessEnv,
    change: Partial<BuildRequest> & { readonly of?: Partial<Build> } = {},
  ): Promise<Told> => {
    const progress: string[] = [];
    const shares: number[] = [];
    let output = '';
    const { of, ...rest } = change;
    const ensured = await builder.ensure(engine(), {
      resource: 'web',
      image: `${instance}-web`,
      build: { context: folder, args: {}, secrets: {}, ...of },
      args: {},
      secrets: {},
      env: { ...process.env, ...env },
      signal: new AbortController().signal,
      progress(text, share) {
        progress.push(text);
        if (share !== undefined) shares.push(share);
      },
      output: (chunk) => (output += Buffer.from(chunk).toString()),
      ...rest,
    });
    return {
      failure: ensured.kind === 'failure' ? ensured.failure : undefined,
      id: ensured.kind === 'here' ? ensured.image.id : undefined,
      progress,
      shares,
      output,
    };
  };
  /** Everything that was printed while the image ran a command. */
  const inside = async (...command: readonly string[]): Promise<string> => {
    const container = await engine().docker.createContainer({ Image: `${instance}-web`, Cmd: [...command], Tty: true });
    try {
      const stream = await container.attach({ stream: true, stdout: true });
      await container.start();
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      return text.replaceAll('\r', '');
    } finally {
      await container.remove({ force: true });
    }
  };

  describe.each([
    ['BuildKit', {}],
    ['the classic builder', { DOCKER_BUILDKIT: '0' }],
  ] as const)('by %s', (_name, env) => {
    test('it is of the files that are not ignored, and how far it is is told', async () => {
      write(
        'Dockerfile',
        'FROM node:20-alpine\nARG WHO\nWORKDIR /app\nCOPY . .\nRUN echo "made for $WHO" | tee who\nRUN echo done >&2\n',
      );
      write('.dockerignore', '# junk\n**/*.log\nnode_modules\n!node_modules/kept\nDockerfile\n');
      for (const name of ['src/main.js', 'a.log', 'src/b.log', 'node_modules/x/index.js', 'node_modules/kept/index.js'])
        write(name, '');
      const told = await ensure(env, { args: { WHO: 'you' } });
      expect(told.failure).toBeUndefined();
      const files = await inside('sh', '-c', 'find . -type f | sort; cat who');
      expect(files.replace('./Dockerfile\n', '')).toBe(
        './.dockerignore\n./node_modules/kept/index.js\n./src/main.js\n./who\nmade for you\n',
      );
      expect(told.output).toMatch(/^RUN .*tee who\nmade for you\n/m);
      expect(told.output).toMatch(/^RUN echo done >&2\n\S*done\n/m);
      expect(told.progress[0]).toMatch(`building ${instance}-web: sending 4 files`);
      expect(told.progress.at(-1)).toMatch(new RegExp(`^building ${instance}-web \\(step \\d+ of \\d+\\)$`));
      expect(told.shares).toEqual(told.shares.toSorted((one, other) => one - other));
      expect(told.shares.at(-1)).toBeGreaterThan(0.5);
      expect(told.shares.at(-1)).toBeLessThan(1);
    });

    test('it is built again only when something it is made of changed, and the earlier one goes', async () => {
      write('Dockerfile', 'FROM node:20-alpine\nCOPY . /app\n');
      write('main.js', '1');
      const first = await ensure(env);
      expect(first.output).toContain('COPY . /app');
      utimesSync(join(folder, 'main.js'), 1, 1);
      expect(await ensure(env)).toEqual({ ...first, progress: [], shares: [], output: '' });
      write('main.js', '2');
      const second = await ensure(env);
      expect(second.id).not.toBe(first.id);
      expect(await inside('cat', '/app/main.js')).toBe('2');
      expect((await listInstance(engine(), instance)).images).toEqual([{ name: `${instance}-web`, isReplaced: false }]);
      expect((await ensure(env, { args: { OTHER: 'x' } })).progress).not.toEqual([]);
      write('Dockerfile', 'FROM node:20-alpine\nCOPY . /other\n');
      expect((await ensure(env)).output).toContain('COPY . /other');
    });

    test('several resources of one build share it', async () => {
      write('Dockerfile', 'FROM node:20-alpine\nRUN echo once\n');
      const names = ['web', 'worker', 'job'];
      const all = await Promise.all(
        names.map((resource) => ensure(env, { resource, image: `${instance}-${resource}` })),
      );
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      expect(all.filter(({ output }) => output.includes('once'))).toHaveLength(1);
      expect(all.flatMap(({ progress }) => progress.filter((text) => text.includes('which is the same')))).toHaveLength(
        2,
      );
      const { images } = await removeInstance(engine(), instance, { volumes: true });
      expect(images.toSorted()).toEqual(names.map((name) => `${instance}-${name}`).toSorted());
    });

    test('a stage and a file of another name', async () => {
      write('deploy/web.Dockerfile', 'FROM node:20-alpine AS one\nRUN echo 1 >/n\nFROM one AS two\nRUN echo 2 >/n\n');
      write('deploy/web.Dockerfile.dockerignore', '*\n');
      const of = { dockerfile: 'deploy/web.Dockerfile', target: 'one' };
      const told = await ensure(env, { of });
      expect(told.progress[0]).toContain('sending 1 file');
      expect(await inside('cat', '/n')).toBe('1\n');
      await ensure(env, { of: { ...of, target: 'two' } });
      expect(await inside('cat', '/n')).toBe('2\n');
    });

    test('a step that fails is named with its line, and what it printed is there', async () => {
      // The engine does not wait for what a step that fails prints in its last moment.
      write('Dockerfile', 'FROM node:20-alpine\nRUN echo trying && sleep 1 && \\\n  nonesuch --now\nRUN true\n');
      const { failure, output } = await ensure(env);
      expect(failure).toEqual({
        code: 'image-build-failed',
        resource: 'web',
        at: `${join(folder, 'Dockerfile')}:3`,
        step: 'RUN echo trying && sleep 1 && nonesuch --now',
        reason: expect.stringMatching(/nonesuch --now.*127/),
      });
      expect(output).toMatch(/^trying$/m);
      expect((await listInstance(engine(), instance)).images).toEqual([]);
    });

    test.each([
      ['a file that is none', 'FROM node:20-alpine\nRUNN true\n', /unknown instruction: RUNN/i],
      ['a base that cannot be had', 'FROM 127.0.0.1:1/none:1\n', /127\.0\.0\.1:1.*refused/],
      ['a file that is not there', 'FROM node:20-alpine\nCOPY none /\n', /not found/i],
    ])('what keeps it from building is said: %s', async (_what, dockerfile, reason) => {
      write('Dockerfile', dockerfile);
      const { failure } = await ensure(env);
      expect(failure).toMatchObject({ code: 'image-build-failed', reason: expect.stringMatching(reason) });
    });

    test('one nobody wants any more ends, and leaves nothing', async () => {
      write('Dockerfile', 'FROM node:20-alpine\nRUN echo begun; sleep 600\n');
      const giveUp = new AbortController();
      const output = (chunk: Uint8Array) => {
        if (Buffer.from(chunk).toString().includes('begun\n')) giveUp.abort();
      };
      const { id } = await ensure(env, { signal: giveUp.signal, output });
      expect(id).toBeUndefined();
      expect((await listInstance(engine(), instance)).images).toEqual([]);
      write('Dockerfile', 'FROM node:20-alpine\nRUN echo begun\n');
      expect((await ensure(env)).failure).toBeUndefined();
    });

    test('its base is pulled with the log-in for its registry', async () => {
      const registry = await startRegistry('private');
      const home = mkdtempSync(join(tmpdir(), 'devstack-docker-config-'));
      try {
        write('Dockerfile', `FROM ${registry.host}/thing:1\nCOPY Dockerfile /\n`);
        const withHome = { ...env, DOCKER_CONFIG: home };
        expect((await ensure(withHome)).failure).toMatchObject({
          code: 'image-build-failed',
          reason: expect.stringMatching(/auth|denied/i),
        });
        const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
        writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
        expect((await ensure(withHome)).failure).toBeUndefined();
      } finally {
        await registry.close();
        rmSync(home, { recursive: true });
        await engine()
          .docker.getImage(`${registry.host}/thing:1`)
          .remove()
          .catch(() => {}); // BuildKit keeps it in its cache only
      }
    });
  });

  test('a build secret is there for a step, and not in the image', async () => {
    write('Dockerfile', 'FROM node:20-alpine\nRUN --mount=type=secret,id=token wc -c </run/secrets/token >/size\n');
    const value = 'not-to-be-seen-0123456789';
    const secrets = { token: value };
    expect((await ensure({}, { secrets })).failure).toBeUndefined();
    expect(await inside('cat', '/size')).toBe(`${value.length}\n`);
    const image = engine().docker.getImage(`${instance}-web`);
    expect(JSON.stringify([await image.inspect(), await image.history()])).not.toContain(value);
    expect((await ensure({ DOCKER_BUILDKIT: '0' }, { secrets: { other: value } })).failure).toMatchObject({
      reason: expect.stringContaining('BuildKit'),
    });
  });

  test('without a Dockerfile it says where one is missed', async () => {
    expect((await ensure({})).failure).toEqual({
      code: 'dockerfile-missing',
      resource: 'web',
      file: join(folder, 'Dockerfile'),
    });
  });

  test('a long build outlives what an engine allows a silent session', async () => {
    write(
      'Dockerfile',
      'FROM node:20-alpine\nRUN sleep 3\nRUN --mount=type=secret,id=token cp /run/secrets/token /kept\n',
    );
    expect((await ensure({}, { secrets: { token: 'x' } })).failure).toBeUndefined();
  });
});
