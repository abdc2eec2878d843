import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureImage, hasImage } from '../../src/drivers/container/image.ts';
import { describe as inWords } from '../../src/output/describe.ts';
import { describeRegistry, push, startDebianRegistry } from './debian-registry.ts';
import { describeDocker, engine } from './engine-rig.ts';
import { LOGIN, startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

describeDocker('pulling an image', () => {
  let open: Registry;
  let guarded: Registry;
  let home: string;
  beforeAll(async () => {
    [open, guarded] = await Promise.all([startRegistry('open'), startRegistry('private')]);
  });
  afterAll(() => Promise.all([open.close(), guarded.close()]));
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'devstack-docker-config-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
    for (const { host, digest } of [open, guarded]) {
      for (const name of [`${host}/thing:1`, `${host}/thing@${digest}`])
        await engine()
          .docker.getImage(name)
          .remove()
          .catch(() => {}); // most tests do not pull it
    }
    open.requests.length = 0;
  });

  const ensure = async (image: string, signal = new AbortController().signal) => {
    const progress: string[] = [];
    const shares: (number | undefined)[] = [];
    const env = { ...process.env, DOCKER_CONFIG: home };
    const ensured = await ensureImage(engine(), {
      resource: 'db',
      image,
      env,
      signal,
      progress(text, share) {
        progress.push(text);
        shares.push(share);
      },
    });
    return { failure: ensured.kind === 'failure' ? ensured.failure : undefined, progress, shares };
  };
  const logIn = (host: string, password: string) => {
    const auth = Buffer.from(`${LOGIN.username}:${password}`).toString('base64');
    return writeFile(join(home, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  };
  const wordsFor = async (image: string) => {
    const { failure } = await ensure(image);
    return failure && inWords(failure);
  };

  test('bytes and layers are counted up to the end', async () => {
    const image = `${open.host}/thing:1`;
    const { failure, progress, shares } = await ensure(image);
    expect(failure).toBeUndefined();
    expect(progress[0]).toBe(`pulling ${image}`);
    expect(progress).toContain(`pulling ${image} (0 of 1 layer)`);
    expect(progress.at(-1)).toBe(`pulling ${image} (5.0 of 5.0 MB, 1 of 1 layer)`);
    expect([shares[0], shares.at(-1)]).toEqual([undefined, 1]);
    const known = shares.flatMap((share) => share ?? []);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
  });

  test('one that is here is not asked for', async () => {
    const image = `${open.host}/thing:1`;
    await ensure(image);
    const { length } = open.requests;
    expect(await ensure(image)).toEqual({ failure: undefined, progress: [], shares: [] });
    expect(open.requests).toHaveLength(length);
  });

  test('one pinned by its digest is pulled, found again, and another digest is refused', async () => {
    const image = `${open.host}/thing@${open.digest}`;
    expect((await ensure(image)).failure).toBeUndefined();
    expect(await hasImage(engine(), image)).toBe(true);
    const { length } = open.requests;
    expect(await ensure(image)).toEqual({ failure: undefined, progress: [], shares: [] });
    expect(open.requests).toHaveLength(length);
    const other = `${open.host}/thing@sha256:${'0'.repeat(64)}`;
    expect(await wordsFor(other)).toMatchObject({ title: `db: there is no image ${other}` });
  });

  test('no such tag, no log-in, a wrong one and no network each have words of their own', async () => {
    const missing = `${open.host}/thing:2`;
    const denied = `${guarded.host}/thing:1`;
    const offline = '127.0.0.1:1/thing:1';
    expect(await wordsFor(missing)).toEqual({
      title: `db: there is no image ${missing}`,
      detail: expect.stringMatching(/manifest unknown|not found/i),
      hint: 'Check version (or image) in devstack.config.ts.',
    });
    const refused = {
      title: `db: the registry does not let you pull ${denied}`,
      detail: expect.stringMatching(/no basic auth credentials|unauthorized/),
      hint: 'Log in (docker login), or check the name of the image.',
    };
    expect(await wordsFor(denied)).toEqual(refused);
    await logIn(guarded.host, 'wrong');
    expect(await wordsFor(denied)).toEqual({ ...refused, detail: expect.stringMatching(/unauthorized/i) });
    expect(await wordsFor(offline)).toEqual({
      title: `db: ${offline} is not on this machine and its registry cannot be reached`,
      detail: expect.stringContaining('connection refused'),
      hint: 'Go online once (docker pull), or let it run without a container: --runtime auto.',
    });
    await logIn(guarded.host, LOGIN.password);
    expect(await wordsFor(denied)).toBeUndefined();
  });

  test('a pull that is given up ends at once and leaves nothing; the next one succeeds', async () => {
    const image = `${open.host}/thing:1`;
    const giveUp = new AbortController();
    let send = () => {};
    open.onLayer = () => {
      giveUp.abort();
      return new Promise((release) => (send = release));
    };
    const { failure } = await ensure(image, giveUp.signal);
    expect(failure).toBeDefined();
    expect(await hasImage(engine(), image)).toBe(false);
    send();
    open.onLayer = async () => {};
    expect((await ensure(image)).failure).toBeUndefined();
  });

  describeRegistry('from the registry of Debian', () => {
    test('it wants the log-in, and the tag and its digest are the same image', async () => {
      const registry = await startDebianRegistry();
      const tag = `${registry.host}/thing:1`;
      await logIn(registry.host, LOGIN.password);
      const pinned = `${registry.host}/thing@${await push(tag, home)}`;
      try {
        await logIn(registry.host, 'wrong');
        expect(await wordsFor(tag)).toMatchObject({ title: `db: the registry does not let you pull ${tag}` });
        await logIn(registry.host, LOGIN.password);
        expect(await wordsFor(`${registry.host}/thing:2`)).toMatchObject({
          title: `db: there is no image ${registry.host}/thing:2`,
        });
        const { failure, progress } = await ensure(pinned);
        expect(failure).toBeUndefined();
        expect(progress.at(-1)).toMatch(/\((\S+) of \1 MB, 1 of 1 layer\)$/);
        const { Id } = await engine().docker.getImage(pinned).inspect();
        expect((await ensure(tag)).failure).toBeUndefined();
        expect((await engine().docker.getImage(tag).inspect()).Id).toBe(Id);
      } finally {
        for (const image of [tag, pinned])
          await engine()
            .docker.getImage(image)
            .remove()
            .catch(() => {}); // it may not have come that far
        await registry.close();
      }
    });
  });

  test('an image removed between two starts is pulled again', async () => {
    const image = `${open.host}/thing:1`;
    await ensure(image);
    await engine().docker.getImage(image).remove();
    expect((await ensure(image)).progress.length).toBeGreaterThan(1);
    expect(await hasImage(engine(), image)).toBe(true);
  });
});
