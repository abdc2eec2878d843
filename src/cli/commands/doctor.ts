import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import type { ContainerResource, Stack } from '../../core/stack.ts';
import { connectEngine, type EngineResult } from '../../drivers/container/client.ts';
import { findPostgresPackage } from '../../drivers/embedded/package.ts';
import { formatTable } from '../../output/table.ts';
import { cacheFolder, portTableFile } from '../../project/paths.ts';
import { readPortTable } from '../../system/port-file.ts';
import { loadFor, placeOf } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { diskRow } from '../doctor/disk.ts';
import { engineRows } from '../doctor/engine.ts';
import { nativeRows } from '../doctor/native.ts';
import type { Row } from '../doctor/row.ts';
import { outlookOf, type OutlookOptions } from '../server-outlook.ts';

/** A stack of some size watches more folders than this. */
const FEW_WATCHES = 16_384;

/** Looks at this machine with the eyes of the config, and changes nothing. */
export async function doctor(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  const engine = await connectEngine(context.env);
  const rows: readonly Row[] = [
    { state: 'ok', what: 'devstack', found: context.version },
    { state: 'ok', what: 'node', found: process.versions.node },
    platformRow(),
    ...(await engineRows(engine)),
    ...(await nativeRows(context.env)),
    await embeddedRow(context.cwd),
    watchRow(),
    ...stateRows(context.env),
    ...(await configRows(context, options, engine)),
  ];
  if (options.json) context.print(JSON.stringify(rows, undefined, 2));
  else for (const line of linesOf(rows, context)) context.print(line);
  return rows.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
}

function linesOf(rows: readonly Row[], { style }: Context): readonly string[] {
  const paint = { ok: style.green, warn: style.yellow, fail: style.red };
  const table = formatTable(
    [{ title: 'STATE' }, { title: 'WHAT' }, { title: 'FOUND' }],
    rows.map(({ state, what, found }) => [paint[state](state), what, found.split('\n')[0] ?? '']),
    style,
  );
  const [head = '', ...body] = table;
  const more = rows.map(({ found, hint }) => [...found.split('\n').slice(1), ...(hint === undefined ? [] : [hint])]);
  return [head, ...body.flatMap((line, index) => [line, ...(more[index] ?? []).map((text) => `       ${text}`)])];
}

function platformRow(): Row {
  const what = 'platform';
  const found = `${process.platform} ${process.arch}`;
  if (process.platform === 'linux') return { state: 'ok', what, found };
  const hint = 'Processes that leave their group are found only while they keep their environment readable.';
  return { state: 'ok', what, found, hint };
}

async function embeddedRow(root: string): Promise<Row> {
  const what = 'embedded Postgres';
  const found = await findPostgresPackage(root);
  if (found.kind === 'found') return { state: 'ok', what, found: found.version };
  return { state: 'warn', what, found: found.reason, ...(found.install !== undefined && { hint: found.install }) };
}

function watchRow(): Row {
  const what = 'file watches';
  let limit: number;
  try {
    limit = Number(readFileSync('/proc/sys/fs/inotify/max_user_watches', 'utf8'));
  } catch {
    return { state: 'ok', what, found: 'not limited by number here' };
  }
  if (limit >= FEW_WATCHES) return { state: 'ok', what, found: `${limit} allowed` };
  const hint = 'To raise the limit: sudo sysctl fs.inotify.max_user_watches=524288';
  return { state: 'warn', what, found: `${limit} allowed`, hint };
}

function stateRows(env: NodeJS.ProcessEnv): readonly Row[] {
  const sockets = path.join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), `devstack-${userInfo().uid}`);
  const folders = { sockets, 'port table': path.dirname(portTableFile(env)), cache: cacheFolder(env) };
  return Object.entries(folders).map(([what, folder]) => writableRow(what, folder));
}

/** What is not there yet is made when it is needed, in the nearest folder that is. */
function writableRow(what: string, folder: string): Row {
  let nearest = folder;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return { state: 'ok', what, found: folder };
  } catch {
    return { state: 'fail', what, found: `cannot write to ${nearest}`, hint: 'Change its owner or its mode.' };
  }
}

async function configRows(context: Context, options: CommonOptions, engine: EngineResult): Promise<readonly Row[]> {
  let stack: Stack;
  try {
    ({ stack } = await loadFor(context, options));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const isAsked = options.config !== undefined || error.failure.code !== 'config-not-found';
    return [{ state: isAsked ? 'fail' : 'warn', what: 'config', found: failureText(error.failure) }];
  }
  const place = placeOf(stack, context);
  const { instance } = place;
  const servers = stack.resources.filter((resource) => resource.kind === 'container');
  const ports = Object.entries(readPortTable(portTableFile(context.env))[instance]?.ports ?? {});
  return [
    { state: 'ok', what: 'config', found: `${stack.file}: instance ${instance}` },
    writableRow('project', place.state),
    diskRow('project disk', place.state),
    {
      state: 'ok',
      what: 'ports',
      found: ports.length === 0 ? 'none yet' : ports.map(([key, number]) => `${key} ${number}`).join(', '),
    },
    ...(await Promise.all(servers.map((server) => serverRow(server, { ...place, engine, env: context.env })))),
  ];
}

async function serverRow(resource: ContainerResource, options: OutlookOptions): Promise<Row> {
  return { what: `${resource.name} (${resource.engine})`, ...(await outlookOf(resource, options)) };
}
