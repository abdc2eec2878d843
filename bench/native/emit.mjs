// Stands in for emit.c where there is no compiler.
import { writeSync } from 'node:fs';

const [id = '0', lines = '0', length = '40', colour = '0', mode = 'block'] = process.argv.slice(2);
const coloured = colour === '1';
let held = '';
for (let i = 0; i < Number(lines); i++) {
  const head = `^s${id.padStart(2, '0')} ${String(i).padStart(8, '0')} `;
  const start = coloured ? `\x1b[32mINFO\x1b[0m ${head}\x1b[1;34m` : head;
  held += `${start}${'x'.repeat(Math.max(0, Number(length) - start.length - (coloured ? 6 : 2)))}${coloured ? '\x1b[0m' : ''}~\n`;
  if (mode === 'line' || held.length >= 65_536) flush();
}
flush();

function flush() {
  const bytes = Buffer.from(held);
  held = '';
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
