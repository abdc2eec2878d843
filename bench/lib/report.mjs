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

/** Puts the tables between the marks; what people wrote around them stays, and so do cases that were not run. */
export function writeResults({ machine, quick, reps, at, isPart }, results) {
  const before = existing();
  const from = before.indexOf(BEGIN);
  const to = before.indexOf(END);
  const known = from < 0 || to < 0 ? '' : before.slice(from + BEGIN.length, to).trim();
  const kind = quick ? 'a quick run: small workloads' : 'a full run';
  const run = `${at.slice(0, 10)}, ${kind}, ${reps} repetitions after a warm-up.`;
  const tables = new Map(results.map(({ name, rows }) => [name, tableOf(rows)]));
  const text = isPart
    ? withTables(known, tables, `${run} ${machine.join('; ')}.`)
    : [run, machine.map((line) => `- ${line}`).join('\n'), ...[...tables].map(section)].join('\n\n');
  const marked = `${BEGIN}\n\n${text}\n\n${END}`;
  writeFileSync(
    file,
    from < 0 || to < 0 ? `${before}${marked}\n` : `${before.slice(0, from)}${marked}${before.slice(to + END.length)}`,
  );
}

function tableOf(rows) {
  return [
    '| | median (min–max) | limit | | |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((one) => `| ${[one.what, one.value, one.limit, one.verdict, one.note].join(' | ')} |`),
  ].join('\n');
}

function section([name, text]) {
  return `### ${name}\n\n${text}`;
}

/** Cases of another run, each with when and where that was. */
function withTables(known, tables, run) {
  const [head, ...sections] = known.split(/\n*^### /m);
  const kept = new Map(sections.map((one) => [one.slice(0, one.indexOf('\n')), one.slice(one.indexOf('\n')).trim()]));
  for (const [name, table] of tables) kept.set(name, `${run}\n\n${table}`);
  return [head, ...[...kept].map(section)].join('\n\n');
}

function existing() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '# Results\n\n';
  }
}
