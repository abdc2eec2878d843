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
  const statement = `${await passwordStatement(user, password)}\n`;
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const argv = ['psql', '--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', '-U', user, '-d', 'postgres'];
  const io = { tty: false, stdin: Readable.from([statement]), stdout: nowhere(), stderr: nowhere() };
  return (await execInContainer(engine, at, argv, io)) === 0;
}
