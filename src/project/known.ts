import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readJson, sweepDrafts, writeAtomically } from './file.ts';
import { placeOf } from './instance.ts';
import { portTableFile, type ProjectPaths } from './paths.ts';
import { readSession, sessionIn, type Session } from './session.ts';

// Sessions are noted for the user too, so that instances are found from anywhere on the machine, also those whose
// checkout is gone or whose own note is damaged. A file for each: nobody has to wait for anybody.

const folderOf = (env: NodeJS.ProcessEnv): string => path.join(path.dirname(portTableFile(env)), 'instances');
const fileOf = (instance: string, env: NodeJS.ProcessEnv): string => path.join(folderOf(env), `${instance}.json`);

export function noteSession(session: Session, env: NodeJS.ProcessEnv = process.env): void {
  try {
    mkdirSync(folderOf(env), { recursive: true, mode: 0o700 });
    writeAtomically(fileOf(session.instance, env), JSON.stringify(session));
  } catch {
    // A home that cannot be written to: the checkout has its own note.
  }
}

export function forgetSession(instance: string, env: NodeJS.ProcessEnv = process.env): void {
  rmSync(fileOf(instance, env), { force: true });
}

export function knownSessions(env: NodeJS.ProcessEnv = process.env): readonly Session[] {
  sweepDrafts(folderOf(env));
  return sessionsIn(env, '.json');
}

/** Who runs an instance of a checkout, or ran it last; its own note may be damaged, or gone. */
export function sessionOf(paths: ProjectPaths, env: NodeJS.ProcessEnv = process.env): Session | undefined {
  const { root, name } = paths;
  return readSession(paths) ?? sessionsIn(env, `-${placeOf(root, name)}.json`).find((one) => one.root === root);
}

function sessionsIn(env: NodeJS.ProcessEnv, end: string): readonly Session[] {
  const folder = folderOf(env);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(end));
    return names.flatMap((name) => sessionIn(readJson(path.join(folder, name))) ?? []);
  } catch {
    return []; // none yet
  }
}
