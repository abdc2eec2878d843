import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../native/', import.meta.url));

/** Command lines of the producers and the checker: compiled where there is a C compiler, Node programs elsewhere. */
export function buildPrograms(folder) {
  mkdirSync(folder, { recursive: true });
  const programs = {};
  let compiler = 'cc -O2';
  for (const name of ['emit', 'check', 'stamp']) {
    const binary = path.join(folder, name);
    try {
      execFileSync('cc', ['-O2', '-o', binary, path.join(here, `${name}.c`)], { stdio: 'ignore' });
      programs[name] = [binary];
    } catch {
      compiler = 'none: Node programs instead';
      programs[name] = [process.execPath, path.join(here, `${name}.mjs`)];
    }
  }
  return { ...programs, compiler };
}

export const fileOf = (name) => path.join(here, name);
