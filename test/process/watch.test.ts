import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Change } from '../../src/watch/changes.ts';
import type { OpenWatch } from '../../src/watch/directories.ts';
import { createDirectoryTree } from '../../src/watch/directories.ts';
import { createWatcher } from '../../src/watch/watcher.ts';
import type { Watcher, WatcherOptions } from '../../src/watch/watcher.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function makeFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'devstack-watch-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function write(folder: string, files: { readonly [file: string]: string }): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
}

function saveByRename(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

/** A folder, a watcher over it, and what it reported, relative to the folder. */
interface Rig {
  readonly folder: string;
  readonly watcher: Watcher;
  readonly problems: readonly string[];
  readonly seen: readonly string[];
  /** Resolves when the file has been reported `times` times since the last call for it. */
  next(file: string, times?: number): Promise<void>;
}

async function startRig(
  folder: string,
  options: Partial<WatcherOptions> & { readonly paths?: readonly string[]; readonly ignore?: readonly string[] } = {},
): Promise<Rig> {
  const seen: string[] = [];
  const problems: string[] = [];
  const used = new Map<string, number>();
  const changed = new EventEmitter();
  const { paths = ['.'], ignore = [], ...rest } = options;
  const watcher = createWatcher({
    targets: [{ name: 'api', base: folder, paths, ignore }],
    onChange: (changes: readonly Change[]) => {
      seen.push(...changes.map(({ file }) => path.relative(folder, file)));
      changed.emit('change');
    },
    onProblem: (text) => problems.push(text),
    ...rest,
  });
  cleanups.push(() => watcher.close());
  await watcher.ready;
  return {
    folder,
    watcher,
    problems,
    seen,
    async next(file, times = 1) {
      const target = (used.get(file) ?? 0) + times;
      while (seen.filter((other) => other === file).length < target) {
        await once(changed, 'change');
      }
      used.set(file, target);
    },
  };
}

/** 2,100 files make a large tree. */
function fill(folder: string, folders = 21, each = 100): void {
  for (let index = 0; index < folders; index += 1) {
    mkdirSync(path.join(folder, `many/${index}`), { recursive: true });
    for (let file = 0; file < each; file += 1) writeFileSync(path.join(folder, `many/${index}/${file}.js`), `${file}`);
  }
}

const sizes = process.platform === 'linux' ? (['small', 'large'] as const) : (['small'] as const);

describe.each(sizes)('a %s tree', (size) => {
  function makeTree(files: { readonly [file: string]: string }): string {
    const folder = makeFolder();
    if (size === 'large') fill(folder);
    write(folder, files);
    return folder;
  }

  test('none of 50 saves is missed, in place and by rename', async () => {
    const rig = await startRig(makeTree({ 'src/a.js': '0' }));
    const file = path.join(rig.folder, 'src/a.js');
    for (let save = 1; save <= 50; save += 1) {
      if (save % 2 === 0) writeFileSync(file, `save ${save}`);
      else saveByRename(file, `save ${save}`);
      await rig.next('src/a.js');
    }
    expect(rig.seen).toEqual(Array.from({ length: 50 }, () => 'src/a.js'));
  });

  test('the last of quick saves of one file is reported after it was written', async () => {
    const folder = makeTree({ 'a.js': '0' });
    const rig = await startRig(folder);
    writeFileSync(path.join(folder, 'a.js'), '1');
    await rig.next('a.js');
    writeFileSync(path.join(folder, 'a.js'), '2');
    await rig.next('a.js');
    writeFileSync(path.join(folder, 'a.js'), '3');
    await rig.next('a.js');
    expect(rig.seen).toEqual(['a.js', 'a.js', 'a.js']);
  });

  test('a touch without a change reports nothing', async () => {
    const folder = makeTree({ 'a.js': 'same', 'b.js': 'b' });
    const rig = await startRig(folder);
    const file = path.join(folder, 'a.js');
    writeFileSync(file, 'known');
    await rig.next('a.js');
    utimesSync(file, new Date(), new Date());
    writeFileSync(file, 'known');
    saveByRename(file, 'known');
    writeFileSync(path.join(folder, 'b.js'), 'end');
    await rig.next('b.js');
    expect(rig.seen).toEqual(['a.js', 'b.js']);
  });

  test('a file that vanishes is a change, one that comes is too', async () => {
    const folder = makeTree({ 'src/a.js': 'a' });
    const rig = await startRig(folder);
    rmSync(path.join(folder, 'src/a.js'));
    await rig.next('src/a.js');
    write(folder, { 'src/new.js': 'new' });
    await rig.next('src/new.js');
    expect(rig.seen).toEqual(['src/a.js', 'src/new.js']);
  });

  test('files of a new folder are seen, also those written before it could be watched', async () => {
    const folder = makeTree({ 'a.js': 'a' });
    const rig = await startRig(folder);
    write(folder, { 'new/deep/er/a.js': 'a' });
    await rig.next('new/deep/er/a.js');
    write(folder, { 'new/deep/er/b.js': 'b' });
    await rig.next('new/deep/er/b.js');
    writeFileSync(path.join(folder, 'new/deep/er/a.js'), 'again');
    await rig.next('new/deep/er/a.js');
    expect(rig.seen).toEqual(['new/deep/er/a.js', 'new/deep/er/b.js', 'new/deep/er/a.js']);
  });

  test('a folder that goes and comes again is still watched', async () => {
    const folder = makeTree({ 'src/deep/a.js': '1' });
    const rig = await startRig(folder, { paths: ['src', 'many'] });
    rmSync(path.join(folder, 'src'), { recursive: true });
    await rig.next('src/deep/a.js');
    write(folder, { 'src/deep/a.js': '2' });
    await rig.next('src/deep/a.js');
    write(folder, { 'src/deep/a.js': '3' });
    await rig.next('src/deep/a.js');
    expect(rig.seen).toEqual(['src/deep/a.js', 'src/deep/a.js', 'src/deep/a.js']);
  });

  test('a folder that is moved reports its files as gone and as come', async () => {
    const folder = makeTree({ 'src/old/a.js': '1' });
    const rig = await startRig(folder);
    renameSync(path.join(folder, 'src/old'), path.join(folder, 'src/new'));
    await rig.next('src/new/a.js');
    await rig.next('src/old/a.js');
    writeFileSync(path.join(folder, 'src/new/a.js'), '2');
    await rig.next('src/new/a.js');
    expect(rig.seen.toSorted()).toEqual(['src/new/a.js', 'src/new/a.js', 'src/old/a.js']);
  });

  test('ignored folders and files report nothing', async () => {
    const folder = makeTree({
      '.gitignore': 'logs/\n*.log\n',
      'pkg/.gitignore': '/generated\n',
      'a.js': 'a',
      'logs/x': '',
      'pkg/generated/x': '',
      'node_modules/a/index.js': '',
      'skipped/a.js': '',
    });
    const rig = await startRig(folder, { ignore: ['skipped'] });
    write(folder, {
      'logs/x': '1',
      'deep/y.log': '1',
      'pkg/generated/x': '1',
      'node_modules/a/index.js': '1',
      'skipped/a.js': '1',
      '.git/HEAD': '1',
      'dist/main.js': '1',
      'a.js~': '1',
    });
    write(folder, { 'a.js': '1' });
    await rig.next('a.js');
    expect(rig.seen).toEqual(['a.js']);
  });

  test('edits since the start of the watcher are told once when it is ready', async () => {
    const folder = makeTree({ 'src/a.js': '1', 'src/b.js': '1' });
    // File times come from a coarser clock than ours.
    await after(Date.now() + 20);
    const since = Date.now();
    await after(since + 20);
    writeFileSync(path.join(folder, 'src/a.js'), '2');
    const rig = await startRig(folder, { since });
    await rig.next('src/a.js');
    writeFileSync(path.join(folder, 'src/b.js'), '2');
    await rig.next('src/b.js');
    expect(rig.seen).toEqual(['src/a.js', 'src/b.js']);
  });

  test('a burst of 1000 files is reported completely', async () => {
    const folder = makeTree({});
    const rig = await startRig(folder);
    const files = Array.from({ length: 1000 }, (_, index) => `burst/${index % 20}/${index}.js`);
    write(folder, Object.fromEntries(files.map((file) => [file, file])));
    for (const file of files) await rig.next(file);
    expect(rig.seen.toSorted()).toEqual(files.toSorted());
  });

  test('a watched folder that is a link is followed', async () => {
    const folder = makeTree({ 'a.js': '1' });
    const link = path.join(makeFolder(), 'link');
    symlinkSync(folder, link);
    const rig = await startRig(link);
    writeFileSync(path.join(folder, 'a.js'), '2');
    await rig.next('a.js');
    expect(rig.seen).toEqual(['a.js']);
  });

  test('after an update the new targets are watched and the old ones are not', async () => {
    const folder = makeTree({ 'a/x.js': '1', 'b/x.js': '1' });
    const rig = await startRig(folder, { paths: ['a', 'many'] });
    rig.watcher.update({ targets: [{ name: 'api', base: folder, paths: ['b', 'many'], ignore: [] }], files: [] });
    await waitFor(() => {
      writeFileSync(path.join(folder, 'b/x.js'), `${performance.now()}`);
      return rig.seen.includes('b/x.js');
    });
    writeFileSync(path.join(folder, 'a/x.js'), '2');
    writeFileSync(path.join(folder, 'b/y.js'), '2');
    await rig.next('b/y.js');
    expect(rig.seen.filter((file) => file.startsWith('a'))).toEqual([]);
  });
});

test('a background sample lets the first touch without a change report nothing', async () => {
  const folder = makeFolder();
  write(folder, { 'a.js': 'same' });
  const rig = await startRig(folder);
  let touches = 0;
  // Until it was sampled the content is unknown, and each touch of an unknown file would report it once.
  await after(Date.now() + 600);
  for (; touches < 3; touches += 1) utimesSync(path.join(folder, 'a.js'), touches, touches);
  write(folder, { 'b.js': 'end' });
  await rig.next('b.js');
  expect(rig.seen).toEqual(['b.js']);
});

test('single files are seen when they come, go, and are saved by rename', async () => {
  const folder = makeFolder();
  const file = path.join(folder, 'conf/deep/.env');
  const rig = await startRig(folder, { targets: [], files: [{ name: 'api', file }] });
  write(folder, { 'conf/deep/.env': 'A=1' });
  await rig.next('conf/deep/.env');
  for (const value of ['2', '3', '4']) {
    saveByRename(file, `A=${value}`);
    await rig.next('conf/deep/.env');
  }
  rmSync(path.join(folder, 'conf'), { recursive: true });
  await rig.next('conf/deep/.env');
  write(folder, { 'conf/deep/.env': 'A=5' });
  await rig.next('conf/deep/.env');
  writeFileSync(file, 'A=6');
  await rig.next('conf/deep/.env');
  expect(rig.seen.every((seen) => seen === 'conf/deep/.env')).toBe(true);
});

test('a folder that does not exist yet is watched once it comes', async () => {
  const folder = makeFolder();
  const rig = await startRig(folder, { paths: ['later/src'] });
  write(folder, { 'later/src/a.js': '1' });
  await rig.next('later/src/a.js');
  write(folder, { 'later/src/a.js': '2', 'later/src/deep/b.js': '1' });
  await rig.next('later/src/a.js');
  await rig.next('later/src/deep/b.js');
  expect(rig.seen.toSorted()).toEqual(['later/src/a.js', 'later/src/a.js', 'later/src/deep/b.js']);
});

test('polling reports changes too', async () => {
  const folder = makeFolder();
  write(folder, { 'a.js': '1' });
  const rig = await startRig(folder, { usePolling: true });
  writeFileSync(path.join(folder, 'a.js'), 'longer');
  await rig.next('a.js');
  expect(rig.seen).toEqual(['a.js']);
});

test.runIf(process.platform === 'linux')('a large tree costs one watch per folder and little more', async () => {
  const folder = makeFolder();
  fill(folder, 200, 20);
  write(folder, { 'node_modules/a/b/c/index.js': '' });
  const rig = await startRig(folder);
  expect(rig.watcher.watchCount()).toBeLessThanOrEqual(202 + 2);
});

test('where the system allows no more watches, that part is polled and the fix is named', async () => {
  const folder = makeFolder();
  write(folder, { 'ok/a.js': '1', 'full/deep/b.js': '1' });
  const openWatch: OpenWatch = (directory, listener) => {
    if (directory.includes('/full')) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    return watch(directory, listener);
  };
  const touched = new Set<string>();
  const problems: string[] = [];
  const tree = createDirectoryTree(
    {
      roots: [folder],
      wantsDirectory: () => true,
      wantsFile: () => true,
      onTouch: (file) => touched.add(path.relative(folder, file)),
      onGone: () => {},
      onProblem: (text) => problems.push(text),
    },
    openWatch,
  );
  cleanups.push(() => tree.close());
  await tree.ready;
  write(folder, { 'ok/a.js': '22', 'full/deep/b.js': '22' });
  await waitFor(() => touched.has('ok/a.js') && touched.has('full/deep/b.js'));
  expect(problems).toEqual([
    `The system allows no more file watches (ENOSPC at ${folder}/full); that part is polled once a second instead. ` +
      'To raise the limit: sudo sysctl fs.inotify.max_user_watches=524288',
  ]);
});

async function after(time: number): Promise<void> {
  await waitFor(() => Date.now() >= time);
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}
