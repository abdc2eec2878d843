// Loaded with --import into devstack (and into no other Node process): writes down when its event loop was held up.
import { writeFileSync } from 'node:fs';

const EVERY_MS = 5;
const file = process.env.BENCH_LOOP_FILE;
if (file && process.argv[1]?.endsWith('devstack.js')) {
  const gaps = [];
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - last > 2 * EVERY_MS) gaps.push({ at: performance.timeOrigin + last, ms: now - last - EVERY_MS });
    last = now;
  }, EVERY_MS).unref();
  process.on('exit', () => writeFileSync(file, JSON.stringify(gaps)));
}
