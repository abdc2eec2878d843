import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { devstack, type Running } from './devstack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Where Go's own installer puts it, which is not on everybody's PATH. */
const goFolder = '/usr/local/go/bin';
const env = { PATH: `${process.env['PATH']}${path.delimiter}${goFolder}` };

/** An example as a clone of the repository has it, in a temporary folder. */
export function cloneExample(name: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `devstack-${name}-`)));
  cpSync(path.join(repository, 'examples', name), folder, {
    recursive: true,
    filter: (file) => !/(^|\/)(node_modules|\.devstack|bin)$/.test(file),
  });
  symlinkSync(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** The built CLI in the folder of an example. */
export function inExample(
  folder: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Running {
  return devstack(args, { cwd: folder, env: { ...env, ...more } });
}

/** Why a test that needs these programs cannot run here, as a part of its name. CI has them all. */
export function missing(...programs: readonly ('go' | 'python3')[]): string {
  const lacking = programs.filter((program) => !answers(program));
  if (lacking.length === 0) return '';
  const why = ` (skipped: ${lacking.join(' and ')} not on this machine)`;
  if (process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') throw new Error(why);
  return why;
}

function answers(program: 'go' | 'python3'): boolean {
  try {
    execFileSync(program, [program === 'go' ? 'version' : '--version'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
