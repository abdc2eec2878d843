import type { EngineResult } from '../container/client.ts';
import { execInContainer } from '../container/exec.ts';
import { passwordStatement } from '../postgres/client.ts';
import { Readable, Writable } from 'node:stream';

/**
 * Gives the user of a kept volume the password of the config, which the image only sets when it makes the data. The
 * image trusts whoever comes through the server's socket inside the container.
 */
export async function resetPassword(
  connect: () => Promise<EngineResult>,
  at: { readonly instance: string; readonly resource: string },
  { user, password }: { readonly user: string; readonly password: string },
): Promise<boolean> {
  const engine = await connect();
  if (engine.kind === 'unreachable') return false;
  // The echo tells that the input arrived: a psql that reads nothing is content as well.
  const input = `${await passwordStatement(user, password)}\n\\echo ${DONE}\n`;
  const argv = ['psql', '--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', '-U', user, '-d', 'postgres'];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    let said = '';
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said += chunk.toString();
        done();
      },
    });
    const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
    const code = await execInContainer(engine, at, argv, { tty: false, stdin: Readable.from([input]), stdout, stderr });
    if (code !== 0) return false;
    if (said.includes(DONE)) return true;
  }
  return false;
}

const ATTEMPTS = 3;
const DONE = 'password-is-set';
