import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../config/env-file.ts';
import { isRecord, readJson, writeAtomically } from './file.ts';
import type { ProjectPaths } from './paths.ts';

/** Values of `secret()` and `param()` in dev: the environment, `.env.local`, `.env`, then what was made up once. */
export interface SecretStore {
  secret(name: string, generateLength: number | undefined): string | undefined;
  param(name: string, fallback: string | undefined): string | undefined;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function openSecrets(paths: ProjectPaths, env: NodeJS.ProcessEnv): SecretStore {
  const files = ['.env', '.env.local'].reduce<Readonly<Record<string, string>>>(
    (values, name) => ({ ...values, ...readEnvFile(path.join(paths.root, name), env) }),
    {},
  );
  const given = (name: string): string | undefined => env[name] ?? files[name];
  let generated: Readonly<Record<string, string>> | undefined;
  return {
    secret(name, generateLength) {
      const value = given(name);
      if (value !== undefined || generateLength === undefined) return value;
      generated ??= readGenerated(paths.secrets);
      const known = generated[name];
      if (known !== undefined) return known;
      const made = randomText(generateLength);
      generated = { ...generated, [name]: made };
      writeAtomically(paths.secrets, `${JSON.stringify(generated, undefined, 2)}\n`);
      return made;
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

function readGenerated(file: string): Readonly<Record<string, string>> {
  const value = readJson(file);
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
  );
}

/** Letters and digits only: it survives URLs, shells and YAML. */
function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
