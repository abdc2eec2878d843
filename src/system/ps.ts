import type * as ChildProcess from 'node:child_process';
import type { PortHolder } from '../core/port-holder.ts';
import type { OwnedProcess, SystemProcess } from './process.ts';
import { belongsTo, RUN_ID_VARIABLE } from './process.ts';

// macOS has no /proc: ps and lsof are what it offers without native code.

/** Elsewhere nothing starts a process here, and to load this takes 3 ms of every command. */
const childProcess = (): typeof ChildProcess => process.getBuiltinModule('node:child_process');

export interface PsRow extends SystemProcess {
  readonly uid: number;
  readonly state: string;
}

const ENVIRONMENT = { PATH: '/bin:/usr/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
const COLUMNS = 'pid=,pgid=,uid=,stat=,lstart=,command=';
const ROW = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(.*)$/;

/** Rows of `ps -o pid=,pgid=,uid=,stat=,lstart=,command=` with TZ=UTC and LC_ALL=C. */
export function parsePs(output: string): readonly PsRow[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, pgid, uid, state = '', started = '', command = ''] = ROW.exec(line) ?? [];
    if (pid === undefined) return [];
    const startTime = Date.parse(`${started.replaceAll(/\s+/g, ' ')} UTC`);
    return [{ pid: Number(pid), pgid: Number(pgid), uid: Number(uid), state, startTime, command }];
  });
}

export interface LsofFile {
  readonly pid: number;
  readonly name: string;
}

/** Output of `lsof -F pn`: a line per field, its first letter says which. */
export function parseLsof(output: string): readonly LsofFile[] {
  const files: LsofFile[] = [];
  let pid = 0;
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    if (line.startsWith('n')) files.push({ pid, name: line.slice(1) });
  }
  return files;
}

/** `ps -E` puts the environment behind the command. */
export function runIdIn(commandWithEnvironment: string): string | undefined {
  return new RegExp(`(?:^| )${RUN_ID_VARIABLE}=(\\S*)`).exec(commandWithEnvironment)?.[1];
}

export function rowOf(pid: number): PsRow | undefined {
  return living(parsePs(ps(['-ww', '-p', String(pid), '-o', COLUMNS])))[0];
}

/** For each of the runs, in one look at all processes. */
export function processesOfRuns(runIds: readonly string[]): readonly (readonly SystemProcess[])[] {
  return processesWhere(runIds.map((runId) => (owner: string) => belongsTo(owner, runId)));
}

/** For each of the questions, those whose run id it says yes to. */
export function processesWhere(
  questions: readonly ((runId: string) => boolean)[],
): readonly (readonly SystemProcess[])[] {
  const owned = ownedProcesses();
  return questions.map((isMeant) =>
    owned.filter(({ runId }) => isMeant(runId)).map(({ runId: _, ...process }) => process),
  );
}

export function ownedProcesses(): readonly OwnedProcess[] {
  return living(parsePs(ps(['-axww', '-E', '-o', COLUMNS]))).flatMap((row) => {
    const runId = runIdIn(row.command);
    if (runId === undefined || !isOurs(row)) return [];
    const { pid, startTime, pgid, command } = row;
    return [{ pid, startTime, pgid, command: withoutEnvironment(command), runId }];
  });
}

export const pidsWithGroups = (): readonly PsRow[] => living(parsePs(ps(['-ax', '-o', COLUMNS])));

export function portsOf(pids: readonly number[]): readonly number[] {
  if (pids.length === 0) return [];
  const files = parseLsof(run('lsof', ['-nP', '-a', '-p', pids.join(','), '-iTCP', '-sTCP:LISTEN', '-Fpn']));
  const ports = files.map(({ name }) => Number(name.slice(name.lastIndexOf(':') + 1)));
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

export function holderOf(port: number): PortHolder | undefined {
  const [file] = parseLsof(run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpn']));
  if (!file) return undefined;
  const { pid } = file;
  const cwd = parseLsof(run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fpn']))[0]?.name;
  const leftoverOf = runIdIn(ps(['-ww', '-E', '-p', String(pid), '-o', 'command=']));
  return {
    pid,
    command: rowOf(pid)?.command ?? '',
    ...(cwd === undefined ? {} : { cwd }),
    ...(leftoverOf === undefined ? {} : { leftoverOf }),
  };
}

const isOurs = ({ uid }: PsRow) => process.getuid?.() === 0 || uid === process.getuid?.();
const living = (rows: readonly PsRow[]) => rows.filter(({ state }) => !state.startsWith('Z'));

/** Where it begins cannot be told for sure; this is for display only. */
function withoutEnvironment(command: string): string {
  return command.replace(/ [A-Za-z_][A-Za-z0-9_]*=.*$/s, '');
}

const ps = (args: readonly string[]) => run('ps', args);

function run(command: string, args: readonly string[]): string {
  return (
    childProcess().spawnSync(command, args, { encoding: 'utf8', env: ENVIRONMENT, maxBuffer: 64 << 20 }).stdout ?? ''
  );
}

export interface UsageRow {
  readonly pid: number;
  readonly parent: number;
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

/** Rows of `ps -o pid=,ppid=,rss=,time=`: kibibytes, and `[[days-]hours:]minutes:seconds[.hundredths]`. */
export function parseUsage(output: string): readonly UsageRow[] {
  return output.split('\n').flatMap((line) => {
    const [pid, parent, rss, time] = line.trim().split(/\s+/);
    if (pid === undefined || parent === undefined || rss === undefined || time === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), memoryBytes: Number(rss) * 1024, cpuMs: Math.round(msOf(time)) },
    ];
  });
}

function msOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

/** Of all processes, in one call that holds nothing up; empty when there is no answer. */
export function usageRows(): Promise<readonly UsageRow[]> {
  return new Promise((resolve) => {
    childProcess().execFile(
      'ps',
      ['-axo', 'pid=,ppid=,rss=,time='],
      { env: ENVIRONMENT, maxBuffer: 64 << 20 },
      (error, stdout) => resolve(error ? [] : parseUsage(stdout)),
    );
  });
}
