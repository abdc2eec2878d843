import { accessSync, constants, readFileSync } from 'node:fs';
import { findConfig } from '../../config/find.ts';
import { loadConfig } from '../../config/load.ts';
import { FailureError } from '../../core/failure.ts';
import type { Stack } from '../../core/stack.ts';
import { connectEngine } from '../../drivers/container/client.ts';
import { findPostgresPackage, majorOf } from '../../drivers/embedded/package.ts';
import { formatTable } from '../../output/table.ts';
import { instanceOf, portTableFile, runtimeFolder } from '../../project/paths.ts';
import { openOffline } from '../assemble/offline.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';

interface Row {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly found: string;
  readonly hint?: string;
}

/** Looks at this machine with the eyes of the config. */
export async function doctor(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  const rows: Row[] = [
    { state: 'ok', what: 'devstack', found: context.version },
    { state: 'ok', what: 'node', found: process.versions.node },
    {
      state: process.platform === 'linux' ? 'ok' : 'warn',
      what: 'platform',
      found: `${process.platform} ${process.arch}`,
      ...(process.platform !== 'linux' && { hint: 'not tried as thoroughly as Linux' }),
    },
    inotify(),
    stateFolders(context),
  ];
  const engine = await connectEngine(context.env);
  rows.push(
    engine.kind === 'engine'
      ? { state: 'ok', what: 'docker', found: `engine ${engine.version} at ${engine.socket}` }
      : { state: 'warn', what: 'docker', found: engine.reason, hint: 'servers run embedded where they can' },
  );
  const file = options.config ?? findConfig(context.cwd);
  if (file === undefined)
    rows.push({ state: 'warn', what: 'config', found: 'none here or above', hint: 'devstack init writes one' });
  else rows.push(...(await configRows(context, options, engine.kind === 'engine')));
  if (options.json) context.print(JSON.stringify(rows, undefined, 2));
  else
    for (const line of formatTable(
      [{ title: 'STATE' }, { title: 'WHAT' }, { title: 'FOUND' }],
      rows.map(({ state, what, found, hint }) => [state, what, hint === undefined ? found : `${found} (${hint})`]),
      context.style,
    ))
      context.print(line);
  return rows.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
}

function inotify(): Row {
  try {
    const limit = Number(readFileSync('/proc/sys/fs/inotify/max_user_watches', 'utf8'));
    const isLow = limit < 16_384;
    return {
      state: isLow ? 'warn' : 'ok',
      what: 'file watches',
      found: `${limit} allowed`,
      ...(isLow && { hint: 'sudo sysctl fs.inotify.max_user_watches=524288' }),
    };
  } catch {
    return { state: 'ok', what: 'file watches', found: 'no limit of this kind here' };
  }
}

function stateFolders({ env }: Context): Row {
  try {
    const folder = runtimeFolder('doctor', env);
    accessSync(folder, constants.W_OK);
    return { state: 'ok', what: 'state', found: `${folder.replace(/\/doctor$/, '')}, ${portTableFile(env)}` };
  } catch (error) {
    return {
      state: 'fail',
      what: 'state',
      found: error instanceof FailureError ? failureText(error.failure) : String(error),
    };
  }
}

async function configRows(context: Context, options: CommonOptions, hasEngine: boolean): Promise<readonly Row[]> {
  let stack: Stack;
  try {
    ({ stack } = await loadConfig({ cwd: context.cwd, ...(options.config !== undefined && { file: options.config }) }));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return [{ state: 'fail', what: 'config', found: failureText(error.failure) }];
  }
  const rows: Row[] = [
    {
      state: 'ok',
      what: 'config',
      found: `${stack.file}, ${stack.resources.length} resources, instance ${instanceOf(stack.name, stack.root)}`,
    },
  ];
  for (const resource of stack.resources) {
    if (resource.kind !== 'container') continue;
    const what = `${resource.name} (${resource.engine})`;
    if (resource.engine !== 'postgres') {
      rows.push({ state: 'fail', what, found: 'cannot be started by this version' });
      continue;
    }
    const found = await findPostgresPackage(stack.root, majorOf(resource.version));
    if (hasEngine && resource.runtime !== 'embedded')
      rows.push({ state: 'ok', what, found: 'would run in a container' });
    else if (found.kind === 'found')
      rows.push({ state: 'ok', what, found: `would run embedded, PostgreSQL ${found.version}` });
    else
      rows.push({
        state: 'fail',
        what,
        found: found.reason,
        ...(found.install !== undefined && { hint: found.install }),
      });
  }
  const { values } = await openOffline(context, options, true);
  const ports = stack.resources.flatMap((resource) =>
    Object.values(values.portsOf(resource)).map((port) => `${resource.name} ${port}`),
  );
  if (ports.length > 0) rows.push({ state: 'ok', what: 'ports', found: ports.join(', ') });
  return rows;
}
