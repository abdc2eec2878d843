import { closeSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { openDevice, writeNow, writeSome } from '../output/unwaiting.ts';
import { LEAVE } from '../tui/terminal/modes.ts';

// Which terminal a session draws on is noted in its folder, so that its clean-up can give it back when devstack was killed.

const RETRY_MS = 50;
/** One that was held (Ctrl-S) for longer keeps the screen it has: whoever sits there has begun something else. */
const GIVE_UP_MS = 10_000;

const noteOf = (folder: string): string => path.join(folder, 'terminal');

/** `folder`: the session's own, which its clean-up removes. */
export function noteTerminal(folder: string): () => void {
  const device = deviceOf(process.stdout.fd);
  if (device === undefined) return () => undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(noteOf(folder), device, { mode: 0o600 });
  return () => rmSync(noteOf(folder), { force: true });
}

export function deviceOf(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    const { stdout } = spawnSync('tty', { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
    return stdout.startsWith('/dev/') ? stdout.trim() : undefined;
  }
}

/** Only the screen: the shell that has the terminal now has set its own modes of input. */
export function restoreLeftTerminal(folder: string): void {
  const device = readNote(folder);
  const fd = device === undefined ? undefined : openDevice(device);
  if (fd === undefined) return;
  writeNow(fd, LEAVE);
  closeSync(fd);
}

/** The same for who has other things to do meanwhile: what the terminal does not take is tried again from a timer. */
export function giveBack(device: string): void {
  const fd = openDevice(device);
  if (fd !== undefined) writeLater(fd, Buffer.from(LEAVE), performance.now() + GIVE_UP_MS);
}

function writeLater(fd: number, bytes: Buffer, until: number): void {
  const rest = bytes.subarray(writeSome(fd, bytes));
  if (rest.length > 0 && performance.now() < until) setTimeout(() => writeLater(fd, rest, until), RETRY_MS).unref();
  else closeSync(fd);
}

function readNote(folder: string): string | undefined {
  try {
    return readFileSync(noteOf(folder), 'utf8');
  } catch {
    return undefined; // it drew on none
  }
}
