import { createRequire } from 'node:module';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { toolEnv } from './run-tool.mjs';
import { waitFor } from './wait.mjs';

const SIZE = { cols: 200, rows: 50 };
let started = 0;
const FRAME = Buffer.from('\u001b[?2026h');
const ANSWERS = [
  [Buffer.from('\u001b[c'), '\u001b[?62;22c'],
  [Buffer.from('\u001b[6n'), '\u001b[1;1R'],
];

/**
 * Runs a tool on a terminal of 200x50 that shows nothing: what comes is counted, and what a tool asks of a terminal before
 * it goes on is answered. A shell leads the session and outlives the tool, as at home; it waits for it and says what all
 * of it cost.
 */
export function startOnPty(tool, { work, env }) {
  const { spawn } = createRequire(new URL('../../package.json', import.meta.url))('@lydell/node-pty');
  const pidFile = path.join(work, `pty-pid-${++started}.txt`);
  rmSync(pidFile, { force: true });
  const { NO_COLOR: _, CI: __, ...rest } = toolEnv(work, tool.env);
  const named = `sh -c 'echo $$ >"$BENCH_PID"; exec "$@"' sh "$@"`;
  const startedAt = performance.now();
  const pty = spawn('sh', ['-c', `trap : INT HUP TERM; ${named}; exit $?`, 'sh', ...tool.argv], {
    ...SIZE,
    name: 'xterm-256color',
    cwd: tool.cwd,
    encoding: null,
    env: { ...rest, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env, BENCH_PID: pidFile },
  });
  let bytes = 0;
  let frames = 0;
  let firstFrameAt;
  /** The end of what came before: a sequence may be cut anywhere. */
  let tail = Buffer.alloc(0);
  let listener;
  pty.onData((data) => {
    const all = Buffer.concat([tail, data]);
    bytes += data.length;
    const found = countOf(all, FRAME);
    frames += found;
    if (found > 0) firstFrameAt ??= performance.now();
    for (const [question, answer] of ANSWERS) if (all.includes(question)) pty.write(answer);
    tail = all.subarray(endOfLast(all));
    listener?.(data);
  });
  const ended = new Promise((resolve) => pty.onExit(resolve));
  const readPid = () => Number(readOrNothing(pidFile));
  return {
    /** The tool's own, not the shell's. */
    pid: () => waitFor(readPid, 5_000),
    ended,
    startedAt,
    bytes: () => bytes,
    frames: () => frames,
    firstFrameAt: () => firstFrameAt,
    write: (keys) => pty.write(keys),
    /** One at a time. */
    onData: (next) => (listener = next),
    kill(signal) {
      const pid = readPid();
      if (pid > 0) process.kill(pid, signal);
    },
  };
}

/** Stops it; what does not go in time is ended. */
export async function stopOnPty(terminal, limitMs = 10_000) {
  let isOver = false;
  const ended = terminal.ended.then(() => (isOver = true));
  const send = (signal) => {
    try {
      terminal.kill(signal);
    } catch {
      // it has ended meanwhile
    }
  };
  send('SIGTERM');
  await waitFor(() => isOver, limitMs, 10);
  if (!isOver) send('SIGKILL');
  await ended;
}

function countOf(bytes, wanted) {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) count += 1;
  return count;
}

/** Where what may be the beginning of a sequence of ours begins; what was counted is not counted again. */
function endOfLast(bytes) {
  const escape = bytes.lastIndexOf(27);
  if (escape < 0 || bytes.length - escape >= FRAME.length) return bytes.length;
  const rest = bytes.subarray(escape);
  const isWhole = [FRAME, ...ANSWERS.map(([question]) => question)].some((one) => rest.includes(one));
  return isWhole ? bytes.length : escape;
}

function readOrNothing(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
