import type { Elsewhere, HealthCheck } from '../../core/stack.ts';
import { attemptAt, attemptBeside, attemptHttp, attemptTcp, attemptUrl, type Attempt } from './attempt.ts';

/** Runs a check command once; the result is its exit code, or why it could not run. */
export type RunCommand = (command: string | readonly string[], timeoutMs: number) => Promise<number | string>;

export interface ProbeOptions {
  readonly check: HealthCheck;
  readonly mode: 'ready' | 'live';
  /** Port name to number on this machine. */
  readonly ports: Readonly<Record<string, number>>;
  readonly runCommand: RunCommand;
  /** For a container, whose ports are forwarded by what accepts connections on its behalf: where it listens itself. */
  readonly beside?: (port: string) => Promise<{ readonly host: string; readonly port: number } | undefined>;
  /** Where it is, when nothing of it runs here. */
  readonly elsewhere?: Elsewhere;
  /** Calls back with every line of the run. */
  readonly onLine: (listener: (line: string) => void) => () => void;
}

export type ProbeResult =
  | { readonly kind: 'trying'; readonly text: string }
  | { readonly kind: 'passed'; readonly text: string }
  | { readonly kind: 'gave-up'; readonly text: string; readonly afterMs: number; readonly failures: number };

/** Until first ready; starting a program for each look costs more, so commands are tried less often. */
const FAST_MS = 100;
const FAST_COMMAND_MS = 1_000;
/** A forwarder that finds nobody closes within a millisecond or two, on a busy machine in a hundred. */
const HOLD_MS = 250;

/** Probes until it passes (ready) or fails too often in a row (live); the returned function stops it. */
export function startProbe(options: ProbeOptions, onResult: (result: ProbeResult) => void): () => void {
  const { check, mode } = options;
  if (check.kind === 'log') return waitForLine(check, options, onResult);
  const abort = new AbortController();
  void (mode === 'ready' ? untilReady(options, onResult, abort.signal) : whileLive(options, onResult, abort.signal));
  return () => abort.abort();
}

/** How long a resource may take to become ready, in ms. */
export function patienceMs({ startPeriodMs, retries, intervalMs }: HealthCheck): number {
  return startPeriodMs + retries * intervalMs;
}

async function untilReady(
  options: ProbeOptions,
  onResult: (result: ProbeResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const { check } = options;
  const start = performance.now();
  const pace = check.kind === 'command' ? FAST_COMMAND_MS : FAST_MS;
  let failures = 0;
  let shown = '';
  for (;;) {
    const begun = performance.now();
    const { ok, text } = await attempt(options);
    if (signal.aborted) return;
    if (ok) return onResult({ kind: 'passed', text });
    failures += 1;
    const afterMs = Math.round(performance.now() - start);
    if (afterMs >= patienceMs(check)) return onResult({ kind: 'gave-up', text, afterMs, failures });
    if (text !== shown) onResult({ kind: 'trying', text });
    shown = text;
    await pause(pace - (performance.now() - begun), signal);
    if (signal.aborted) return;
  }
}

async function whileLive(
  options: ProbeOptions,
  onResult: (result: ProbeResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const { check } = options;
  let failures = 0;
  let firstFailure = 0;
  for (;;) {
    await pause(check.intervalMs, signal);
    if (signal.aborted) return;
    const { ok, text } = await attempt(options);
    if (signal.aborted) return;
    if (ok) {
      if (failures > 0) onResult({ kind: 'passed', text });
      failures = 0;
      continue;
    }
    failures += 1;
    if (failures === 1) firstFailure = performance.now();
    if (failures >= check.retries) {
      return onResult({ kind: 'gave-up', text, afterMs: Math.round(performance.now() - firstFailure), failures });
    }
    onResult({ kind: 'trying', text });
  }
}

async function attempt({ check, ports, runCommand, beside, elsewhere }: ProbeOptions): Promise<Attempt> {
  switch (check.kind) {
    case 'http':
      if (elsewhere) return attemptUrl(`${elsewhere.url}${check.path}`, check.timeoutMs);
      return attemptHttp(ports[check.port] ?? 0, check.path, check.timeoutMs);
    case 'tcp': {
      if (elsewhere) return attemptAt(elsewhere, check.timeoutMs);
      const place = await beside?.(check.port);
      if (place) return attemptBeside(place.host, place.port, check.timeoutMs);
      return attemptTcp(ports[check.port] ?? 0, check.timeoutMs, beside ? HOLD_MS : 0);
    }
    case 'command': {
      const result = await runCommand(check.command, check.timeoutMs);
      const words = typeof check.command === 'string' ? check.command : check.command.join(' ');
      if (result === 0) return { ok: true, text: `"${words}" succeeds` };
      return {
        ok: false,
        text: typeof result === 'number' ? `"${words}" exits with ${result}` : `"${words}" ${result}`,
      };
    }
    case 'log':
      return { ok: false, text: 'waiting for a log line' };
  }
}

function waitForLine(
  check: Extract<HealthCheck, { kind: 'log' }>,
  options: ProbeOptions,
  onResult: (result: ProbeResult) => void,
): () => void {
  const pattern = new RegExp(check.pattern, check.flags.replace(/[gy]/g, ''));
  const words = `a log line matching /${check.pattern}/${check.flags}`;
  let off: () => void = () => undefined;
  const timer = setTimeout(() => {
    off();
    onResult({ kind: 'gave-up', text: `${words} has not come`, afterMs: patienceMs(check), failures: 1 });
  }, patienceMs(check));
  const stop = (): void => {
    clearTimeout(timer);
    off();
  };
  onResult({ kind: 'trying', text: `waiting for ${words}` });
  off = options.onLine((line) => {
    if (!pattern.test(stripStyles(line))) return;
    stop();
    onResult({ kind: 'passed', text: `${words} came` });
  });
  return stop;
}

/** Colour codes would break patterns such as /listening on \d+/. */
function stripStyles(line: string): string {
  // eslint-disable-next-line no-control-regex
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done);
  });
}
