import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../../config/env-file.ts';
import { FailureError } from '../../core/failure.ts';

/** What a file of secrets of ours says; undefined where there is none. */
export function readValues(
  file: string,
  title: string,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> | undefined {
  if (!existsSync(file)) return undefined;
  // What somebody else wrote has more in it than values.
  if (!readFileSync(file, 'utf8').startsWith(`# ${title}`))
    throw new FailureError({ code: 'file-edited', files: [file], override: 'another folder (--output)' });
  const { values, problems } = parseEnvFile(readFileSync(file, 'utf8'), file, env);
  if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
  return values;
}

/** Owner-only, before anything is in it. */
export function writeSecretly(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
