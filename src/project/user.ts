import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { crypto } from './crypto.ts';
import { makeOnce, unwritable } from './file.ts';
import { portTableFile } from './paths.ts';

/**
 * Says on containers and volumes whose they are: an engine may serve several users, and machines. Made up once and kept
 * with the notes of the user, since names of machines change. Who keeps notes in another folder (a test, say) is
 * another user. Twelve digits and letters from a to f; throws `state-unwritable`.
 */
export function userMark(env: NodeJS.ProcessEnv): string {
  const file = path.join(path.dirname(portTableFile(env)), 'user');
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const kept = makeOnce(file, crypto().randomBytes(16).toString('hex'));
    return crypto().createHash('sha256').update(kept).digest('hex').slice(0, 12);
  } catch (error) {
    throw unwritable(file, error);
  }
}
