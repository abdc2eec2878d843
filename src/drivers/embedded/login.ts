import { join } from 'node:path';
import { runCommand } from '../data/command.ts';
import { launch } from './launcher.ts';
import type { Launcher } from './launcher.ts';
import type { Places } from './places.ts';

/** Makes `user` a superuser with that password, without a server that anybody could reach meanwhile. */
export async function setLogin(
  { places, launcher }: { readonly places: Places; readonly launcher: Launcher },
  { user, password }: { readonly user: string; readonly password: string },
  signal: AbortSignal,
): Promise<void> {
  const name = quoteIdentifier(user);
  const statements = [
    `DO $devstack$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${quoteText(user)}) ` +
      `THEN EXECUTE ${quoteText(`CREATE ROLE ${name}`)}; END IF; END $devstack$;`,
    `ALTER ROLE ${name} SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN PASSWORD ${quoteText(password)};`,
  ];
  const said = await runCommand(
    launch(launcher, { file: join(places.native, 'bin/postgres'), args: ['--single', '-D', places.data, 'postgres'] }),
    { signal, input: `${statements.join('\n')}\n` },
  );
  const error = /^.*\bERROR:\s*(.*)$/m.exec(said)?.[1];
  if (error !== undefined) throw new Error(`setting the password failed: ${error}`);
}

/** A statement ends with its line in this mode, so line ends have to be escaped, which only this form can. */
function quoteText(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
  return `E'${escaped}'`;
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
