import type { EngineResult } from '../container/client.ts';
import { execInContainer } from '../container/exec.ts';
import { passwordStatement } from '../postgres/client.ts';
import { Writable } from 'node:stream';

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
  // By a variable: standard input of an exec gets lost now and then, and arguments are for everybody to read.
  const statement = await passwordStatement(user, password);
  const psql = 'psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$0" -d postgres';
  const argv = ['sh', '-c', `printf '%s\\n' "$DEVSTACK_STATEMENT" | ${psql}`, user];
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const env = { DEVSTACK_STATEMENT: statement };
  return (await execInContainer(engine, at, argv, { tty: false, env, stdout: nowhere(), stderr: nowhere() })) === 0;
}
