// Writes docs/errors.md from the table the test of the messages is made of. `--check` fails when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { failureText } from '../src/cli/context.ts';
import { samples, type Sample } from '../test/unit/output/failures.ts';

const target = path.resolve(import.meta.dirname, '../docs/errors.md');
const page = render();
if (!process.argv.includes('--check')) writeFileSync(target, page);
else if (readIfThere(target) !== page) {
  process.stderr.write('docs/errors.md is stale. Write it again: npm run docs\n');
  process.exitCode = 1;
}

function render(): string {
  const intro =
    '# Failures and what to do\n\n' +
    'Every failure has a code; `--json` output carries it with its data. ' +
    'Exit codes: 0 all is well, 1 something failed, 2 a mistake in the command line, or nothing to do it with (a tool, a cluster), 3 a cluster took it and it did not come up, 130 interrupted.';
  const entries: readonly (readonly [string, readonly Sample[]])[] = Object.entries(samples);
  const sections = entries.map(([code, list]) => `## ${code}\n\n${list.map(renderSample).join('\n\n')}`);
  return `${[intro, ...sections].join('\n\n')}\n`;
}

function renderSample({ when, failure }: Sample): string {
  return `${when}\n\n\`\`\`text\n${failureText(failure)}\n\`\`\``;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // not written yet
  }
}
