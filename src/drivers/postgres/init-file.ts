import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { withClient } from './client.ts';
import type { Login } from './client.ts';

export interface InitContext {
  readonly login: Login;
  readonly database: string;
  /** Where scripts run. */
  readonly root: string;
  /** Of this machine's processes; scripts get it with the PG* variables on top. */
  readonly env: { readonly [name: string]: string | undefined };
  readonly signal: AbortSignal;
  readonly output: (chunk: Uint8Array) => void;
}

/** Runs one file; gives the reason when it failed. SQL is sent whole, so it takes effect as a whole or not at all. */
export async function runInitFile(file: string, context: InitContext): Promise<string | undefined> {
  if (file.endsWith('.sh')) return runScript(file, context);
  let sql: string;
  try {
    const bytes = await readFile(file);
    sql = (file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    return textOf(error);
  }
  try {
    await withClient(context.login, context.database, (client) => client.query(sql));
    return undefined;
  } catch (error) {
    return explain(error, sql);
  }
}

const LAST_LINES = 5;

async function runScript(file: string, { login, database, root, env, signal, output }: InitContext) {
  const isExecutable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  return new Promise<string | undefined>((resolve) => {
    // A group of its own, so that what the script starts can be ended with it.
    const child = spawn(isExecutable ? file : 'sh', isExecutable ? [] : [file], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env,
        PGHOST: '127.0.0.1',
        PGPORT: String(login.port),
        PGUSER: login.user,
        PGPASSWORD: login.password,
        PGDATABASE: database,
      },
    });
    const killGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    };
    if (signal.aborted) killGroup();
    signal.addEventListener('abort', killGroup, { once: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output(chunk);
        said = (said + chunk.toString()).slice(-4096);
      });
    }
    const finish = (reason: string | undefined) => {
      signal.removeEventListener('abort', killGroup);
      resolve(reason);
    };
    child.once('error', (error) => finish(error.message));
    child.once('close', (code, ended) => {
      if (code === 0) return finish(undefined);
      const lines = said.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
      finish(`${code === null ? `ended by ${ended}` : `exit code ${code}`}${lines ? `: ${lines}` : ''}`);
    });
  });
}

/** The server's message with the line it is about, and a word on what only psql understands. */
function explain(error: unknown, sql: string): string {
  const line = lineOf(error, sql);
  const text = line === undefined ? textOf(error) : `line ${line}: ${textOf(error)}`;
  const command = /^\s*\\([a-z]+|\.)/m.exec(sql);
  if (command) return `${text} (\\${command[1]} is a command of psql, not SQL: call psql from a .sh file)`;
  if (/^\s*copy\b[^;]*\bfrom\s+stdin/im.test(sql))
    return `${text} (data after COPY … FROM stdin needs psql: call it from a .sh file)`;
  return text;
}

function lineOf(error: unknown, sql: string): number | undefined {
  if (!(error instanceof Error) || !('position' in error)) return undefined;
  const position = Number(error.position);
  if (!Number.isInteger(position) || position < 1) return undefined;
  // Counted in characters, not in the units of a JavaScript string.
  return (
    Array.from(sql)
      .slice(0, position - 1)
      .filter((character) => character === '\n').length + 1
  );
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail = 'detail' in error && typeof error.detail === 'string' ? ` (${error.detail})` : '';
  return error.message + detail;
}
