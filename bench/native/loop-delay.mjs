// Loaded with --import into devstack (and into no other Node process): writes down how late its event loop was, from
// BENCH_DELAY_AFTER_MS on, when the start is over.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 2;
const file = process.env.BENCH_DELAY_FILE;
if (file && process.argv[1]?.endsWith('devstack.js')) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  setTimeout(() => delay.enable(), Number(process.env.BENCH_DELAY_AFTER_MS ?? 0)).unref();
  process.on('exit', () => {
    // What is recorded is the time between two looks: the time they were to have between them is no delay.
    const late = (percent) => Math.max(0, delay.percentile(percent) / 1e6 - RESOLUTION_MS);
    writeFileSync(file, JSON.stringify({ p50: late(50), p99: late(99), max: late(100), looks: delay.count }));
  });
}
