import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSharing } from '../../../src/cli/assemble/sharing.ts';
import { stackKey, thisCopy } from '../../../src/config/brand.ts';
import { normalizeStack } from '../../../src/config/normalize/stack.ts';
import type { Stack } from '../../../src/core/stack.ts';
import { postgres, redis, type Resource } from '../../../src/index.ts';
import { noteSession } from '../../../src/project/known.ts';
import {
  createServerUsers,
  databaseOf,
  sharedFolder,
  sharedInstanceOf,
  usersOfShared,
} from '../../../src/project/shared.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-shared-'));
  env = { XDG_STATE_HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a database has the name of its instance, and never more than 63 characters', () => {
  const long = 'a'.repeat(63);
  expect([
    databaseOf('db', 'shop-1f2e3d', 'shop'),
    databaseOf('db', 'my-shop-e2e-4c5b6a', 'my-shop'),
    databaseOf(long, 'shop-e2e-4c5b6a', 'shop'),
  ]).toEqual(['db_1f2e3d', 'db_e2e_4c5b6a', `${'a'.repeat(45)}_7d3e74_e2e_4c5b6a`]);
  expect(databaseOf(long, 'shop-e2e-4c5b6a', 'shop')).toHaveLength(63);
  expect(databaseOf(`${'a'.repeat(62)}b`, 'shop-1f2e3d', 'shop')).not.toBe(databaseOf(long, 'shop-1f2e3d', 'shop'));
});

test('shared servers belong to a stack and a user', () => {
  const other = { XDG_STATE_HOME: path.join(folder, 'other') };
  expect(sharedInstanceOf('shop', env)).toMatch(/^shop-shared-[0-9a-f]{6}$/);
  expect(sharedInstanceOf('shop', env)).not.toBe(sharedInstanceOf('shop', other));
  expect(sharedFolder('shop', env)).toBe(path.join(folder, 'devstack/shared/shop'));
});

test('shared servers have the name of what is kept with the notes, whatever the machine is called by now', () => {
  const named = sharedInstanceOf('shop', env);
  const kept = path.join(folder, 'devstack/user');
  expect([statSync(kept).mode & 0o777, readdirSync(path.dirname(kept))]).toEqual([0o600, ['user']]);
  const moved = { XDG_STATE_HOME: path.join(folder, 'moved') };
  cpSync(path.dirname(kept), path.join(folder, 'moved/devstack'), { recursive: true });
  expect(sharedInstanceOf('shop', moved)).toBe(named);
  rmSync(kept);
  expect(sharedInstanceOf('shop', env)).not.toBe(named);
});

const alive = { pid: 7, startTime: 1 };
const isAlive = ({ pid }: { readonly pid: number }): boolean => pid === alive.pid;

function usersFor(instance: string, pid: number) {
  const session = { instance, stack: 'shop', root: folder, version: '1', id: `${instance}-1`, socket: '', since: 0 };
  noteSession({ ...session, pid, startTime: 1 }, env);
  return createServerUsers({ env, stack: 'shop', instance, sessionId: session.id, self: alive, isAlive });
}

test('who uses a server counts as long as its session is alive, and is the one that said so', async () => {
  const [one, two, dead] = [usersFor('shop-1', alive.pid), usersFor('shop-2', alive.pid), usersFor('shop-3', 8)];
  for (const users of [one, two, dead]) users.join('db');
  const others = (users: typeof one) => users.alone('db', (found) => Promise.resolve(found));
  expect(await others(one)).toEqual(['shop-2']);
  expect(await others(dead)).toEqual(['shop-1', 'shop-2']);
  expect(usersOfShared('shop', env, isAlive)).toEqual(['shop-1', 'shop-2']);
  two.leave('db');
  expect(await others(one)).toEqual([]);
  // The note of a session before this one.
  two.join('db');
  const later = { instance: 'shop-2', stack: 'shop', root: folder, version: '1', id: 'shop-2-2', socket: '', since: 0 };
  noteSession({ ...later, ...alive }, env);
  expect(await others(one)).toEqual([]);
});

test('whoever ends an instance that nobody serves meets a new session of it among the users', async () => {
  const leaver = createServerUsers({ env, stack: 'shop', instance: 'shop-1', self: alive, isAlive });
  const others = () => leaver.alone('db', (found) => Promise.resolve(found));
  usersFor('shop-1', 8).join('db');
  expect(await others()).toEqual([]);
  usersFor('shop-1', alive.pid).join('db');
  expect(await others()).toEqual(['shop-1']);
});

test('only one at a time is alone with a server', async () => {
  const [one, two] = [usersFor('shop-1', alive.pid), usersFor('shop-2', alive.pid)];
  const told: string[] = [];
  let finish: () => void = () => {};
  const first = one.alone('db', async () => {
    told.push('first begins');
    await new Promise<void>((resolve) => (finish = resolve));
    told.push('first ends');
  });
  const second = two.alone('db', async () => void told.push('second'));
  await two.alone('another', async () => void told.push('of another server'));
  finish();
  await Promise.all([first, second]);
  expect(told).toEqual(['first begins', 'of another server', 'first ends', 'second']);
});

test('who waits to be alone with a server goes when nobody wants that any more', async () => {
  const [one, two] = [usersFor('shop-1', alive.pid), usersFor('shop-2', alive.pid)];
  const unwanted = new AbortController();
  await one.alone('db', async () => {
    const waiting = two.alone('db', () => Promise.resolve('its turn'), unwanted.signal);
    unwanted.abort();
    expect(await waiting).toBeUndefined();
  });
  expect(await two.alone('db', () => Promise.resolve('its turn'), unwanted.signal)).toBe('its turn');
});

function stackOf(options: { readonly infra?: 'shared'; readonly resources: { [name: string]: Resource } }): Stack {
  const defined = { name: 'shop', ...options, [stackKey]: { copy: thisCopy(), place: undefined } };
  Object.defineProperty(defined, stackKey, { enumerable: false });
  const normalized = normalizeStack(defined, path.join(folder, 'devstack.config.ts'));
  if (normalized.kind === 'invalid') throw new Error(JSON.stringify(normalized.problems));
  return normalized.stack;
}

const infraOf = ({ resources }: Stack) =>
  Object.fromEntries(resources.map((one) => [one.name, one.kind === 'container' ? one.infra : undefined]));

test('what the stack shares, a resource may have to itself; what cannot be shared says why', () => {
  const resources = {
    db: postgres(),
    own: postgres({ infra: 'own' }),
    cache: redis(),
    old: postgres({ runtime: 'embedded' }),
  };
  expect(infraOf(stackOf({ infra: 'shared', resources }))).toEqual({
    db: { kind: 'shared' },
    own: undefined,
    cache: {
      kind: 'own',
      because:
        'instances cannot have a redis each to themselves in one server: its numbered databases keep no client out',
    },
    old: { kind: 'own', because: "runtime: 'embedded' makes a server for each instance" },
  });
  expect(infraOf(stackOf({ resources: { db: postgres({ infra: 'shared' }), other: postgres() } }))).toEqual({
    db: { kind: 'shared' },
    other: undefined,
  });
});

test('without an engine, or with another runtime, nothing is shared, and that is said', async () => {
  const stack = stackOf({ infra: 'shared', resources: { db: postgres(), cache: redis() } });
  const told: string[] = [];
  const connect = () => Promise.resolve({ kind: 'unreachable', tried: [], reason: 'nothing there' } as const);
  const options = { instance: 'shop-1f2e3d', env, connect, onProblem: (text: string) => void told.push(text) };
  expect(await createSharing(options)(stack)).toBeUndefined();
  expect(await createSharing({ ...options, runtime: 'native' })(stack)).toBeUndefined();
  expect(told).toEqual([
    'db: not shared here, since no Docker engine answers (nothing there)',
    'db: not shared here, since --runtime native makes a server for each instance',
  ]);
  expect(await createSharing(options)(stackOf({ resources: { db: postgres() } }))).toBeUndefined();
  expect([told.length, existsSync(sharedFolder('shop', env))]).toEqual([2, false]);
});

test('what a session shares does not change with an engine that comes or goes', async () => {
  const away = { kind: 'unreachable', tried: [], reason: 'nothing there' } as const;
  const answers = [Promise.resolve(away)];
  const connect = () => answers.shift() ?? Promise.reject(new Error('the engine was asked again'));
  const told: string[] = [];
  const findSharing = createSharing({
    instance: 'shop-1f2e3d',
    env,
    connect,
    onProblem: (text) => void told.push(text),
  });
  expect(await findSharing(stackOf({ infra: 'shared', resources: { db: postgres() } }))).toBeUndefined();
  const reloaded = stackOf({ infra: 'shared', resources: { db: postgres(), other: postgres() } });
  expect(await findSharing(reloaded)).toBeUndefined();
  expect(told).toEqual([
    'db: not shared here, since no Docker engine answers (nothing there)',
    'db, other: not shared here, since no Docker engine answers (nothing there)',
  ]);
});
