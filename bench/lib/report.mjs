import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const BEGIN = '<!-- figures: written by `node bench/run.mjs --write` -->';
const END = '<!-- end of figures -->';

export function printRows(rows) {
  const wide = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, limit, verdict, note } of rows) {
    console.log(`  ${verdict.padEnd(8)} ${what.padEnd(wide)}  ${value.padEnd(22)} ${limit.padEnd(10)} ${note}`);
  }
}

/** Puts the tables between the marks; what people wrote around them stays. */
export function writeResults({ machine, quick, reps, at }, results) {
  const tables = results.map(({ name, rows }) =>
    [
      `### ${name}`,
      '',
      '| | median (min–max) | limit | | |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((one) => `| ${[one.what, one.value, one.limit, one.verdict, one.note].join(' | ')} |`),
    ].join('\n'),
  );
  const kind = quick ? 'a quick run: small workloads' : 'a full run';
  const text = [
    BEGIN,
    '',
    `${at.slice(0, 10)}, ${kind}, ${reps} repetitions after a warm-up.`,
    '',
    ...machine.map((line) => `- ${line}`),
    '',
    tables.join('\n\n'),
    '',
    END,
  ].join('\n');
  const before = existing();
  const from = before.indexOf(BEGIN);
  const to = before.indexOf(END);
  writeFileSync(
    file,
    from < 0 || to < 0 ? `${before}${text}\n` : `${before.slice(0, from)}${text}${before.slice(to + END.length)}`,
  );
}

function existing() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '# Results\n\n';
  }
}
