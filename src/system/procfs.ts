import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import type { PortHolder } from '../core/port-holder.ts';
import type { OwnedProcess, SystemProcess } from './process.ts';
import { belongsTo, RUN_ID_VARIABLE } from './process.ts';

// Linux. A process may vanish between any two lines here: what is gone reads as empty.

export interface Stat {
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  /** Ticks since the system came up. */
  readonly startTime: number;
}

/** The name of a process is in parentheses and may hold anything, parentheses too. */
export function parseStat(text: string): Stat | undefined {
  const [state, ppid, pgid, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = rest[16];
  if (state === undefined || startTime === undefined) return undefined;
  return { state, ppid: Number(ppid), pgid: Number(pgid), startTime: Number(startTime) };
}

export interface ListeningSocket {
  readonly inode: string;
  /** As the kernel writes it: `127.0.0.1`, `::1`, `::ffff:127.0.0.1`, `::`. */
  readonly host: string;
  readonly port: number;
}

const LISTEN = '0A';

/** The sockets in state LISTEN of /proc/net/tcp or tcp6. */
export function parseListening(table: string): readonly ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTEN || local === undefined || inode === undefined) return [];
    const [host = '', port = ''] = local.split(':');
    return [{ inode, host: readHost(host), port: Number.parseInt(port, 16) }];
  });
}

/** Words of four bytes, each with its last byte first. */
function readHost(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  const last = bytes.slice(-4).join('.');
  if (bytes.length === 4) return last;
  const rest = bytes.slice(0, 12);
  if (rest.slice(0, 10).every((byte) => byte === 0) && rest[10] === 255 && rest[11] === 255) return `::ffff:${last}`;
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return bytes[15] === 0 ? '::' : `::${bytes[15]?.toString(16)}`;
  return Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  ).join(':');
}

export function statOf(pid: number): Stat | undefined {
  const stat = parseStat(readText(`/proc/${pid}/stat`));
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat : undefined;
}

/** For each of the runs, in one look at all processes. */
export function processesOfRuns(runIds: readonly string[]): readonly (readonly SystemProcess[])[] {
  return processesWhere(runIds.map((runId) => (owner: string) => belongsTo(owner, runId)));
}

/** For each of the questions, those whose run id it says yes to. */
export function processesWhere(
  questions: readonly ((runId: string) => boolean)[],
): readonly (readonly SystemProcess[])[] {
  const runs = questions.map((isMeant) => ({ isMeant, found: new Map<number, SystemProcess>() }));
  for (const pid of allPids()) {
    const owner = ownerOf(pid);
    if (owner === undefined) continue;
    for (const { isMeant, found } of runs) if (isMeant(owner) && isOurs(pid)) add(found, pid);
  }
  for (const { found } of runs) addChildren(found);
  return runs.map(({ found }) => [...found.values()].toSorted((a, b) => a.pid - b.pid));
}

export function ownedProcesses(): readonly OwnedProcess[] {
  return allPids().flatMap((pid) => {
    const runId = ownerOf(pid);
    const stat = runId !== undefined && isOurs(pid) ? statOf(pid) : undefined;
    if (runId === undefined || !stat) return [];
    return [{ pid, startTime: stat.startTime, pgid: stat.pgid, command: commandOf(pid), runId }];
  });
}

/** Another one after each start of the system. */
export function bootId(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id').trim() || undefined;
}

/** Some overwrite their environment (Postgres puts its title there), so the children are asked for too. */
function addChildren(found: Map<number, SystemProcess>): void {
  const waiting = [...found.keys()];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of childrenOf(pid)) {
      // One that carries another run id belongs to a devstack inside this one, or was added above.
      if (ownerOf(child) === undefined && isOurs(child) && add(found, child)) waiting.push(child);
    }
  }
}

const ownerOf = (pid: number): string | undefined => variableIn(environmentOf(pid), RUN_ID_VARIABLE);

function add(found: Map<number, SystemProcess>, pid: number): boolean {
  const stat = found.has(pid) ? undefined : statOf(pid);
  if (stat) found.set(pid, { pid, startTime: stat.startTime, pgid: stat.pgid, command: commandOf(pid) });
  return stat !== undefined;
}

export const pidsOfGroup = (of: number): readonly number[] =>
  pidsWithGroups().flatMap(({ pid, pgid }) => (pgid === of ? [pid] : []));

/** All living processes. */
export function pidsWithGroups(): readonly { readonly pid: number; readonly pgid: number }[] {
  return allPids().flatMap((pid) => {
    const stat = statOf(pid);
    return stat ? [{ pid, pgid: stat.pgid }] : [];
  });
}

export function portsOf(pids: readonly number[]): readonly number[] {
  const sockets = listeningSockets();
  const inodes = new Set(pids.flatMap(socketsOf));
  const ports = sockets.filter(({ inode }) => inodes.has(inode)).map(({ port }) => port);
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

export function holderOf(port: number): PortHolder | undefined {
  const inodes = new Set(
    listeningSockets()
      .filter((socket) => socket.port === port)
      .map(({ inode }) => inode),
  );
  if (inodes.size === 0) return undefined;
  const pid = allPids().find((candidate) => socketsOf(candidate).some((inode) => inodes.has(inode)));
  if (pid === undefined) return undefined;
  const cwd = readLink(`/proc/${pid}/cwd`);
  const runId = variableIn(environmentOf(pid), RUN_ID_VARIABLE);
  return {
    pid,
    command: commandOf(pid),
    ...(cwd === undefined ? {} : { cwd }),
    ...(runId === undefined ? {} : { leftoverOf: runId }),
  };
}

export function hostsOf(port: number): readonly string[] {
  return listeningSockets()
    .filter((socket) => socket.port === port)
    .map(({ host }) => host);
}

function listeningSockets(): readonly ListeningSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => parseListening(readText(table)));
}

function socketsOf(pid: number): readonly string[] {
  return entriesOf(`/proc/${pid}/fd`).flatMap((descriptor) => {
    const link = readLink(`/proc/${pid}/fd/${descriptor}`);
    return link?.startsWith('socket:[') ? [link.slice('socket:['.length, -1)] : [];
  });
}

function variableIn(environment: Buffer, name: string): string | undefined {
  const start = environment.indexOf(`\0${name}=`);
  if (start === -1) return undefined;
  const value = environment.subarray(start + name.length + 2);
  return value.subarray(0, value.indexOf(0)).toString();
}

function commandOf(pid: number): string {
  const command = readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return command === '' ? readText(`/proc/${pid}/comm`).trim() : command;
}

function childrenOf(pid: number): readonly number[] {
  return entriesOf(`/proc/${pid}/task`).flatMap((thread) =>
    readText(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

function allPids(): readonly number[] {
  return entriesOf('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Root's processes may have taken another user since, as Postgres started by root must. */
function isOurs(pid: number): boolean {
  const us = process.getuid?.();
  return us === 0 || (withFile(`/proc/${pid}`, (descriptor) => fstatSync(descriptor).uid === us) ?? false);
}

/** Each variable between two zero bytes. */
function environmentOf(pid: number): Buffer {
  return withFile(`/proc/${pid}/environ`, (descriptor) => readAll(descriptor)) ?? Buffer.alloc(0);
}

/** These files have no size to ask for, and reading them is all this is about: one buffer, few calls. */
function readAll(descriptor: number): Buffer {
  let buffer = Buffer.alloc(16_384);
  let length = 1;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length + 1);
    length += read;
  }
}

function withFile<T>(file: string, use: (descriptor: number) => T): T | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    return use(descriptor);
  } catch {
    return undefined; // Gone, or of another user.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // Gone.
  }
}

function readLink(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined; // Gone, or of another user.
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Gone, or of another user.
  }
}
