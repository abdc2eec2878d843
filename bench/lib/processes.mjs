import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Linux only: elsewhere everything here finds nothing, and the case says so. */
export const canRead = process.platform === 'linux';

const PAGE_BYTES = 4096;

/** Every process: its parent, state, memory and command. */
export function readProcesses() {
  const found = new Map();
  if (!canRead) return found;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      found.set(Number(name), {
        pid: Number(name),
        comm,
        state: fields[0],
        parent: Number(fields[1]),
        rss: Number(fields[21]) * PAGE_BYTES,
      });
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

/** The processes under `root`, itself included. */
export function under(root, all = readProcesses()) {
  const children = Map.groupBy ? Map.groupBy(all.values(), ({ parent }) => parent) : groupByParent(all);
  const out = [];
  for (const waiting = [root]; waiting.length > 0;) {
    const one = all.get(waiting.pop());
    if (!one) continue;
    out.push(one);
    for (const child of children.get(one.pid) ?? []) waiting.push(child.pid);
  }
  return out;
}

function groupByParent(all) {
  const groups = new Map();
  for (const one of all.values()) groups.set(one.parent, [...(groups.get(one.parent) ?? []), one]);
  return groups;
}

/** A tool's own processes: what it was told to run is left out, its guardian is not. */
export function ownOf(root) {
  const all = readProcesses();
  const tree = under(root, all);
  return tree.filter(({ pid, comm }) => {
    if (comm === 'emit' || comm === 'stamp' || comm === 'check') return false;
    const command = commandOf(pid);
    if (command.includes('/bench/native/')) return false;
    return !/^(sh|dash|bash)$/.test(comm) || command.includes('devstack-guardian');
  });
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

export const rssOf = (processes) => processes.reduce((sum, { rss }) => sum + rss, 0);

/** Nanoseconds on a processor, all threads, ended ones not. */
export function cpuNsOf(pids) {
  let sum = 0;
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`))
        sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch {
      // ended meanwhile
    }
  }
  return sum;
}

/** The most a process has had in memory at any time, bytes. */
export function peakRssOf(pid) {
  try {
    const line = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0; // ended meanwhile
  }
}

/** inotify watches a process holds. */
export function watchesOf(pid) {
  let count = 0;
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== 'anon_inode:inotify') continue;
      count += readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1').match(/^inotify/gm)?.length ?? 0;
    }
  } catch {
    // a descriptor closed meanwhile
  }
  return count;
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !canRead || !/\) [ZX] /.test(readStat(pid));
}

function readStat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return ') X ';
  }
}
