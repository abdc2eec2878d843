// scroll LINES PER_SECOND: so many new lines that many times a second, half of them coloured, as requests are logged.
import { writeSync } from 'node:fs';

const [lines = '10', perSecond = '30'] = process.argv.slice(2);
const everyMs = 1000 / Number(perSecond);
const LEVELS = ['\u001b[32mINFO\u001b[39m ', '\u001b[33mWARN\u001b[39m ', 'debug', 'info '];
let count = 0;
let next = performance.now();

function write() {
  let text = '';
  for (let at = 0; at < Number(lines); at++, count++) {
    text += `${LEVELS[count % LEVELS.length]} [${count}] GET /api/orders/${count % 977} 200 in ${count % 89} ms user=${count % 131} cache=hit region=eu-west-1 bytes=${count * 37}\n`;
  }
  writeSync(1, text);
  next += everyMs;
  setTimeout(write, Math.max(0, next - performance.now()));
}

write();
