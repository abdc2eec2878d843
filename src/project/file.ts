import {
  constants,
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';
import { crypto } from './crypto.ts';

/** Writes all or nothing, readable by the owner only. */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.${crypto().randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What the file says; where there is none it is made, with this text. Of several at once one is first, for all. */
export function makeOnce(file: string, text: string): string {
  const draft = `${file}.${process.pid}.${crypto().randomBytes(4).toString('hex')}`;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    return putInPlace(draft, file) ? text : readFileSync(file, 'utf8');
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Gives a file that is complete another name. False: that is taken. */
export function putInPlace(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    // exFAT and some folders of virtual machines know no links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  try {
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Nothing else happens meanwhile. */
export function pauseNow(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** `<file>.<pid>.<8 digits>`, and `<lock>.<8 digits>` while a stale lock is taken away. */
const DRAFT = /\.(?:(\d+)|lock)\.[0-9a-f]{8}$/;

/** Removes what processes that were killed in the middle of a write left in the folder. */
export function sweepDrafts(folder: string): void {
  for (const name of namesIn(folder)) {
    const [isDraft, pid] = DRAFT.exec(name) ?? [];
    if (isDraft !== undefined && (pid === undefined || !exists(Number(pid))))
      rmSync(path.join(folder, name), { force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is no such folder yet
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** `ENOENT`, … of a call to the system. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** The failure of who had to write there. */
export function unwritable(target: string, error: unknown): FailureError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FailureError({ code: 'state-unwritable', path: target, reason }, error);
}

/** The parsed content; undefined when there is none, or when it is no JSON (cut off by a power cut, say). */
export function readJson(file: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // missing: the caller starts anew
  }
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined; // damaged
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
