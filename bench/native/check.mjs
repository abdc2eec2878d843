// Stands in for check.c where there is no compiler.
import { openSync, readSync } from 'node:fs';

const [file = '-', stallAfter = '-1', stallMs = '0'] = process.argv.slice(2);
const fd = file === '-' ? 0 : openSync(file, 'r');
const buffer = Buffer.allocUnsafe(1 << 18);
const count = { bytes: 0, whole: 0, torn: 0, marks: 0, stall: [0, 0] };
let line = '';
for (let n = read(); n > 0; n = read()) {
  count.bytes += n;
  const lines = (line + buffer.latin1Slice(0, n)).split('\n');
  line = lines.pop() ?? '';
  for (const one of lines) {
    const marks = one.replaceAll(/[^^~]/g, '');
    count.marks += marks.replaceAll('^', '').length;
    if (marks === '^~') count.whole += 1;
    else if (marks !== '') count.torn += 1;
  }
  if (Number(stallAfter) >= 0 && count.stall[0] === 0 && count.bytes >= Number(stallAfter)) {
    count.stall[0] = Date.now();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(stallMs));
    count.stall[1] = Date.now();
  }
}
console.log(JSON.stringify(count));

function read() {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, buffer.length, null);
    } catch (error) {
      if (error.code === 'EOF') return 0;
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
