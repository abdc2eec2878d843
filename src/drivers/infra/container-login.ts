import type { EngineResult } from '../container/client.ts';
import { askInContainer } from '../container/exec.ts';
import { passwordStatement } from '../postgres/client.ts';

/**
 * Gives the user of a kept volume the password of the config, which the image only sets when it makes the data. The
 * server lets local sockets in without one. The result says why it could not.
 */
export async function resetPassword(
  connect: () => Promise<EngineResult>,
  at: { readonly instance: string; readonly resource: string },
  { user, password }: { readonly user: string; readonly password: string },
): Promise<string | undefined> {
  const engine = await connect();
  if (engine.kind === 'unreachable') return engine.reason;
  // By a variable: standard input of an exec gets lost now and then, and arguments are for everybody to read.
  const statement = await passwordStatement(user, password);
  const psql = 'psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$0" -d postgres';
  const argv = ['sh', '-c', `printf '%s\\n' "$DEVSTACK_STATEMENT" | ${psql}`, user];
  const { code, said } = await askInContainer(engine, at, argv, { DEVSTACK_STATEMENT: statement });
  return code === 0 ? undefined : said;
}
