import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import {
  groupMembers,
  isAlive,
  listeningHosts,
  listeningPorts,
  portHolder,
  processesOf,
  processesOfRuns,
  startTimeOf,
} from '../../src/system/processes.ts';
import { parseListening, parseStat } from '../../src/system/procfs.ts';
import { parseLsof, parsePs, runIdIn } from '../../src/system/ps.ts';
import { createRunLookup } from '../../src/system/run-lookup.ts';

const groups: ChildProcess[] = [];
afterEach(async () => {
  for (const child of groups.splice(0)) {
    const isGone = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'exit');
    if (child.pid !== undefined && groupMembers(child.pid).length > 0) process.kill(-child.pid, 'SIGKILL');
    await isGone;
  }
});

/** Starts a shell script in a group of its own; resolves with the first line it prints. */
async function start(script: string, runId: string): Promise<{ pid: number; child: ChildProcess; line: string }> {
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DEVSTACK_RUN_ID: runId },
  });
  groups.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  if (child.pid === undefined) throw new Error('not started');
  return { pid: child.pid, child, line: String(line) };
}

let runs = 0;
const newRunId = () => `test-${process.pid}-${(runs += 1)}`;

test('the processes of a run are found, whatever group they are in, and no others', async () => {
  const runId = newRunId();
  const { pid, line } = await start('sleep 300 & echo $!; wait', runId);
  await start('echo up; sleep 300', `${runId}0`);
  await waitFor(() => processesOf({ runId }).some(({ command }) => command.startsWith('sleep'))); // no longer a shell
  const found = processesOf({ runId });
  expect(found.map((process) => [process.pid, process.pgid, process.command.split(' ')[0]])).toEqual([
    [pid, pid, 'sh'],
    [Number(line), pid, 'sleep'],
  ]);
  expect(found.map(({ pid: each, startTime }) => isAlive(each, startTime))).toEqual([true, true]);
});

test('the first parts of a run id name all runs that begin with them', async () => {
  const session = newRunId();
  const first = await start('echo; exec sleep 300', `${session}.api.1`);
  const tenth = await start('echo; exec sleep 300', `${session}.api.10`);
  const pidsOf = (runId: string) => processesOf({ runId }).map(({ pid }) => pid);
  expect([session, `${session}.api`, `${session}.api.1`, `${session}.ap`].map(pidsOf)).toEqual([
    [first.pid, tenth.pid],
    [first.pid, tenth.pid],
    [first.pid],
    [],
  ]);
});

test('many runs are told apart in one look', async () => {
  const session = newRunId();
  const first = await start('echo; exec sleep 300', `${session}.api.1`);
  const second = await start('echo; exec sleep 300', `${session}.web.1`);
  const looks: string[][] = [];
  const lookup = createRunLookup((runIds) => {
    looks.push([...runIds]);
    return processesOfRuns(runIds);
  });
  const asked = [`${session}.web.1`, session, `${session}.none.1`, `${session}.api.1`];
  const found = await Promise.all(asked.map(lookup));
  expect(found.map((each) => each.map(({ pid }) => pid))).toEqual([
    [second.pid],
    [first.pid, second.pid],
    [],
    [first.pid],
  ]);
  expect(looks).toEqual([asked]);
});

test('a look that fails fails for all who asked, and the next one is asked anew', async () => {
  let looks = 0;
  const lookup = createRunLookup((runIds) => {
    looks += 1;
    if (looks === 1) throw new Error('no /proc');
    return runIds.map(() => []);
  });
  const results = await Promise.allSettled([lookup('a'), lookup('b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await lookup('a')).toEqual([]);
});

test.runIf(process.platform === 'linux')('a child that cleared its environment belongs to the run', async () => {
  const runId = newRunId();
  const { line } = await start('env -i sleep 300 & echo $!; wait', runId);
  expect(processesOf({ runId }).map(({ pid }) => pid)).toContain(Number(line));
});

test.runIf(process.platform === 'linux')('a zombie is not alive and in no group', async () => {
  const runId = newRunId();
  // `exec` leaves a parent that never asks for its child.
  const { pid, line } = await start('sleep 0.01 & echo $!; exec sleep 300', runId);
  const zombie = Number(line);
  await waitFor(() => !isAlive(zombie));
  expect(() => process.kill(zombie, 0)).not.toThrow();
  expect({
    members: groupMembers(pid),
    ofRun: processesOf({ runId }).map((process) => process.pid),
    startTime: startTimeOf(zombie),
  }).toEqual({ members: [pid], ofRun: [pid], startTime: undefined });
});

test('a group has no members after it was killed', async () => {
  const { pid, line, child } = await start('sleep 300 & echo $!; wait', newRunId());
  expect(new Set(groupMembers(pid))).toEqual(new Set([pid, Number(line)]));
  const exit = once(child, 'exit');
  process.kill(-pid, 'SIGKILL');
  await exit;
  await waitFor(() => groupMembers(pid).length === 0);
  expect(isAlive(pid)).toBe(false);
});

test('a process with another start time is another process', () => {
  const startTime = startTimeOf(process.pid);
  expect({ same: isAlive(process.pid, startTime), other: isAlive(process.pid, (startTime ?? 0) + 1) }).toEqual({
    same: true,
    other: false,
  });
});

test('a pid that does not exist answers with nothing', () => {
  const pid = 2 ** 22 + 1;
  expect([isAlive(pid), startTimeOf(pid), groupMembers(pid), listeningPorts([pid])]).toEqual([
    false,
    undefined,
    [],
    [],
  ]);
});

describe.each(['127.0.0.1', '0.0.0.0', '::1', '::'])('a port on %s', (host) => {
  test('is listed for its process, and its holder is named', async () => {
    const runId = newRunId();
    const script = `require('net').createServer().listen(0, '${host}', function () { console.log(this.address().port) })`;
    const { pid, line } = await start(`exec "${process.execPath}" -e "${script}"`, runId);
    const port = Number(line);
    expect(listeningPorts([pid])).toEqual([port]);
    expect(portHolder(port)).toEqual({
      pid,
      command: `${process.execPath} -e ${script}`,
      cwd: process.cwd(),
      leftoverOf: runId,
    });
  });
});

test('the holder of a port that is no process of devstack is nobody’s leftover', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(portHolder(port)).toMatchObject({ pid: process.pid, cwd: realpathSync('.') });
  expect(portHolder(port)).not.toHaveProperty('leftoverOf');
  server.close();
  await once(server, 'close');
  expect(portHolder(port)).toBeUndefined();
});

test('a name with parentheses and spaces does not break the line of a process', () => {
  const line = '4242 (a) b (c)) S 7 4200 4200 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200 18446';
  expect(parseStat(line)).toEqual({ state: 'S', ppid: 7, pgid: 4200, startTime: 987_654 });
  expect(parseStat('')).toBeUndefined();
});

test('only listening sockets of the table count', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 0000 20 4 30 10 -1
   2: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 99 1 0 100 0 0 10 0
`;
  expect(parseListening(table)).toEqual([
    { inode: '31337', host: '127.0.0.1', port: 8080 },
    { inode: '99', host: '::1', port: 3000 },
  ]);
});

test('addresses of the table read as people write them', () => {
  const hostOf = (hex: string): string | undefined => parseListening(`0: ${hex}:1F90 0:0 0A 0 0 0 0 0 1`)[0]?.host;
  expect(
    [
      '00000000',
      '010011AC',
      '00000000000000000000000000000000',
      '0000000000000000FFFF00000100007F',
      'B80D0120000000000000000001000000',
    ].map(hostOf),
  ).toEqual(['0.0.0.0', '172.17.0.1', '::', '::ffff:127.0.0.1', '2001:db8:0:0:0:0:0:1']);
});

test.runIf(process.platform === 'linux')('the addresses somebody listens on are known by port', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(listeningHosts(port)).toEqual(['127.0.0.1']);
  await new Promise((resolve) => server.close(resolve));
  expect(listeningHosts(port)).toEqual([]);
});

test('rows of ps are read, with their start in UTC', () => {
  const output = `    1     1     0 Ss   Tue Nov  3 09:05:01 2026 /sbin/launchd
 4121  4120   501 S+   Sat Nov 21 03:49:10 2026 node server.js --port 3000
 4122  4120   501 Z    Sat Nov 21 03:49:11 2026 (sh)
garbage
`;
  expect(parsePs(output)).toEqual([
    { pid: 1, pgid: 1, uid: 0, state: 'Ss', startTime: Date.UTC(2026, 10, 3, 9, 5, 1), command: '/sbin/launchd' },
    {
      pid: 4121,
      pgid: 4120,
      uid: 501,
      state: 'S+',
      startTime: Date.UTC(2026, 10, 21, 3, 49, 10),
      command: 'node server.js --port 3000',
    },
    { pid: 4122, pgid: 4120, uid: 501, state: 'Z', startTime: Date.UTC(2026, 10, 21, 3, 49, 11), command: '(sh)' },
  ]);
});

test('the run id is read from the environment ps prints behind a command', () => {
  expect(runIdIn('node server.js PATH=/bin DEVSTACK_RUN_ID=k3x9 HOME=/Users/me')).toBe('k3x9');
  expect(runIdIn('node server.js NOT_DEVSTACK_RUN_ID=k3x9')).toBeUndefined();
});

test('files of lsof belong to the process named before them', () => {
  expect(parseLsof('p4121\nf12\nn127.0.0.1:3000\nf13\nn[::1]:3000\np9\nf1\nn*:5432\n')).toEqual([
    { pid: 4121, name: '127.0.0.1:3000' },
    { pid: 4121, name: '[::1]:3000' },
    { pid: 9, name: '*:5432' },
  ]);
});

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
