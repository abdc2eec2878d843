import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ownOf, rssOf } from './processes.mjs';

/** Own folders for what devstack keeps per user, so that a run leaves nothing behind; the same for every tool. */
export function toolEnv(work, extra = {}) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return { ...env, NO_COLOR: '1', XDG_RUNTIME_DIR: work, XDG_STATE_HOME: path.join(work, 'state'), ...extra };
}

/** Starts a tool in the background; `ended` resolves when it is over. */
export function startTool({ argv, cwd }, { work, env, stdout = 'ignore' }) {
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env: toolEnv(work, env),
    stdio: ['ignore', stdout, 'ignore'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  return { pid: child.pid, ended, kill: (signal) => child.kill(signal) };
}

/**
 * Runs a tool to its end: wall and CPU seconds of its whole tree, peak memory of its own processes. Its output goes to
 * a file, or through a real pipe to a reader (command words without spaces) whose own output goes to that file.
 */
export async function timeTool(tool, { work, env, file, reader, sampleMs = 100 }) {
  const times = path.join(work, 'times.txt');
  // A POSIX shell knows what its children cost, all that were waited for included.
  const timed = '"$@"; code=$?; times >"$BENCH_TIMES"; exit $code';
  const script = reader ? `{ ${timed}; } | ${reader.join(' ')} >"$BENCH_OUT"` : `{ ${timed}; } >"$BENCH_OUT"`;
  const start = performance.now();
  const child = spawn('sh', ['-c', script, 'sh', ...tool.argv], {
    cwd: tool.cwd,
    env: toolEnv(work, { ...env, BENCH_TIMES: times, BENCH_OUT: file }),
    stdio: 'ignore',
    detached: true,
  });
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, rssOf(ownOf(child.pid)))), sampleMs);
  await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(sampler);
  return {
    wall: (performance.now() - start) / 1000,
    cpu: childSeconds(readFileSync(times, 'latin1')),
    rss: peak / 1e6,
  };
}

/** Starts a tool whose output goes through a real pipe to a reader, which writes to a file. */
export function startPiped(tool, { work, env, file, reader }) {
  const pidFile = path.join(work, 'pid.txt');
  const named = `sh -c 'echo $$ >"$BENCH_PID"; exec "$@"' sh "$@"`;
  const child = spawn('sh', ['-c', `${named} | ${reader.join(' ')} >"$BENCH_OUT"`, 'sh', ...tool.argv], {
    cwd: tool.cwd,
    env: toolEnv(work, { ...env, BENCH_PID: pidFile, BENCH_OUT: file }),
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return { ended, kill: (signal) => process.kill(Number(readFileSync(pidFile, 'utf8')), signal) };
}

/** The second line of `times`: user and system time of the children. */
function childSeconds(text) {
  const parts = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
