import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ProvisionRequest } from './dialect.ts';

export interface InitRun extends Pick<ProvisionRequest, 'root' | 'env' | 'signal' | 'output'> {
  /** What the clients of the server read, for scripts. */
  readonly clientEnv: { readonly [name: string]: string };
  /** Sends the text whole. */
  readonly query: (sql: string) => Promise<unknown>;
  /** The server's message, with what helps to find the place. */
  readonly explain: (error: unknown, sql: string) => string;
}

/** Runs one file; gives the reason when it failed. SQL is sent whole, so it takes effect as the server takes a whole. */
export async function runInitFile(file: string, run: InitRun): Promise<string | undefined> {
  if (file.endsWith('.sh')) return runScript(file, run);
  let sql: string;
  try {
    const bytes = await readFile(file);
    sql = (file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    await run.query(sql);
    return undefined;
  } catch (error) {
    return run.explain(error, sql);
  }
}

const LAST_LINES = 5;

async function runScript(file: string, { clientEnv, root, env, signal, output }: InitRun) {
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
      env: { ...env, ...clientEnv },
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
