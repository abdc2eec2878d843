import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { connectEngine } from '../../src/drivers/container/client.ts';
import { until } from '../rig/until.ts';

const folder = process.env['DEVSTACK_PRIVATE_ENGINE'];

/** A suite that may do to its engine what it wants; skipped, with the reason, where `run.sh` did not make one. */
export function describePrivate(name: string, body: () => void): void {
  const reason = folder === undefined ? ' (skipped: needs test/engines/run.sh)' : '';
  describe.skipIf(folder === undefined)(`${name}${reason}`, () => {
    body();
  });
}

/** Ends the engine; resolves when its process is gone. With TERM it stops its containers first, unless they are live. */
export async function endEngine(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const pid = readPid('docker.pid');
  if (pid === undefined) return;
  const helper = readPid('exec/containerd/containerd.pid');
  process.kill(pid, signal);
  await until(() => !isAlive(pid) && (helper === undefined || !isAlive(helper)));
  // Where nobody collects dead processes, the next engine would take that of its helper for a living one.
  rmSync(enginePath('exec/containerd/containerd.pid'), { force: true });
}

/** Starts it and waits until it answers. */
export async function startEngine(...options: readonly string[]): Promise<void> {
  // The home of this test file goes away with it; the engine stays, and runc would look for its files there.
  const env = { PATH: process.env['PATH'] };
  spawn(enginePath('dockerd'), options, { detached: true, stdio: 'ignore', env }).unref();
  await until(async () => (await connectEngine(process.env)).kind === 'engine');
}

function readPid(name: string): number | undefined {
  return existsSync(enginePath(name)) ? Number(readFileSync(enginePath(name), 'utf8')) : undefined;
}

/** Below the engine's own folder, which goes away with it. */
export function enginePath(name: string): string {
  return join(folder ?? '', name);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie waits for its parent only.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
