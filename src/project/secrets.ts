import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../config/env-file.ts';
import { isRecord, readJson, writeAtomically } from './file.ts';
import { whileLocked, type LockTaker } from './lock.ts';
import { ensureProjectFolder, type ProjectPaths } from './paths.ts';

/** Values of `secret()` and `param()` in dev: the environment, `.env.local`, `.env`, then what was set or made up once. */
export interface SecretStore {
  secret(name: string, generateLength: number | undefined): string | undefined;
  param(name: string, fallback: string | undefined): string | undefined;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function openSecrets(paths: ProjectPaths, env: NodeJS.ProcessEnv, taker: LockTaker): SecretStore {
  const files = ['.env', '.env.local'].reduce<Readonly<Record<string, string>>>(
    (values, name) => ({ ...values, ...readEnvFile(path.join(paths.root, name), env) }),
    {},
  );
  const given = (name: string): string | undefined => env[name] ?? files[name];
  let generated: Readonly<Record<string, string>> | undefined;
  return {
    secret(name, generateLength) {
      const value = given(name);
      if (value !== undefined) return value;
      generated ??= readStored(paths.secrets);
      const known = generated[name];
      if (known !== undefined || generateLength === undefined) return known;
      generated = changeStore(paths.secrets, taker, (stored) => ({ [name]: randomText(generateLength), ...stored }));
      return generated[name];
    },
    param: (name, fallback) => given(name) ?? fallback,
  };
}

function readEnvFile(file: string, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  try {
    return parseEnvFile(readFileSync(file, 'utf8'), file, env).values;
  } catch {
    return {}; // optional files
  }
}

/** What was made up, and what was set by hand. */
function readStored(file: string): Readonly<Record<string, string>> {
  const value = readJson(file);
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
  );
}

/** A value that is made up once for all who have the file: a server that instances share has one password. */
export function madeUpOnce(file: string, name: string, length: number, taker: LockTaker): string {
  const known = readStored(file)[name];
  return known ?? changeStore(file, taker, (stored) => ({ [name]: randomText(length), ...stored }))[name] ?? '';
}

/** Where the values for one target are kept: owner-only, in a folder that is not for git. */
function storeOf({ home, secrets }: ProjectPaths, target: string): string {
  return target === 'dev' ? secrets : path.join(home, `secrets-${target}.json`);
}

export function storedSecrets(paths: ProjectPaths, target: string): Readonly<Record<string, string>> {
  return readStored(storeOf(paths, target));
}

/** Without a value it is removed. Tells whether there was one. */
export function storeSecret(
  paths: ProjectPaths,
  target: string,
  { name, value }: { readonly name: string; readonly value: string | undefined },
  taker: LockTaker,
): boolean {
  ensureProjectFolder(paths);
  let before: string | undefined;
  changeStore(storeOf(paths, target), taker, ({ [name]: known, ...others }) => {
    before = known;
    return value === undefined ? others : { ...others, [name]: value };
  });
  return before !== undefined;
}

type Stored = Readonly<Record<string, string>>;

/** Two instances of a checkout that start at once make up one password, not two of which one opens no data. */
function changeStore(file: string, taker: LockTaker, change: (stored: Stored) => Stored): Stored {
  return whileLocked(file, taker, () => {
    const after = change(readStored(file));
    writeAtomically(file, `${JSON.stringify(after, undefined, 2)}\n`);
    return after;
  });
}

/** Letters and digits only: it survives URLs, shells and YAML. */
export function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
