import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { adopt, configOf } from '../../../src/adopt/index.ts';

const cases = path.join(import.meta.dirname, 'compose');
const goldens = path.join(import.meta.dirname, 'golden');

test.each(readdirSync(cases))('the compose file of %s becomes a config', (name) => {
  const folder = path.join(cases, name);
  const file = readdirSync(folder).find((entry) => /^(?:docker-)?compose\.ya?ml$/.test(entry)) ?? 'compose.yaml';
  const read = (below: string): string | undefined => {
    try {
      return readFileSync(path.join(folder, below), 'utf8');
    } catch {
      return undefined; // the file is not there, or a folder
    }
  };
  const text = configOf(adopt(file, read));
  const golden = path.join(goldens, `${name}.mts`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(goldens, { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text).toBe(readFileSync(golden, 'utf8'));
});
