import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../config/env-file.ts';
import type { Resource } from '../core/stack.ts';
import type { Planning } from './planning.ts';
import type { Value } from './value.ts';

/**
 * What dotenv files of dev give a program. Such a file may have secrets and may not be in git, so its values go where
 * secrets go; they are those of dev until somebody writes others there.
 */
export function envFileValues(resource: Resource, planning: Planning): { readonly [name: string]: Value } {
  const { note, hide, problem } = planning;
  const values: Record<string, string> = {};
  for (const file of resource.envFiles) {
    const { values: found, problems } = parseEnvFile(readFileSync(file, 'utf8'), file, values);
    for (const { message, at = file } of problems)
      problem(resource, 'env-file-invalid', `${resource.name}: ${at}: ${message}`);
    Object.assign(values, found);
  }
  const entries = Object.entries(values).filter(([name]) => !Object.hasOwn(resource.env, name));
  if (entries.length === 0) return {};
  const names = entries.map(([name]) => name).join(', ');
  const files = resource.envFiles.map((file) => path.basename(file)).join(', ');
  note(resource, `${names} of ${files} go to the secrets, with the values of dev`);
  for (const [name, value] of entries)
    if (/\b(?:localhost|127\.0\.0\.1)\b|\[::1\]/.test(value))
      note(resource, `${name} names this machine, which is the container itself there: use a value like db.url in env`);
  return Object.fromEntries(entries.map(([name, value]) => [name, hide(resource, name, value)]));
}
