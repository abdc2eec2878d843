import { Writable } from 'node:stream';
import type { Transform } from 'node:stream';
import { runProgram } from '../../../cluster/program.ts';
import { FailureError } from '../../../core/failure.ts';
import type { ContainerResource } from '../../../core/stack.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { execInContainer } from '../../../drivers/container/exec.ts';
import type { DataCopy } from '../../../kinds/data-copy.ts';
import { infraEngines } from '../../../kinds/index.ts';
import { openOffline } from '../../assemble/offline.ts';
import type { Context } from '../../context.ts';
import { clientOfServer, statusesOf } from '../../server-client.ts';
import type { ServerClient } from '../../server-client.ts';
import type { PromoteOptions } from '../options.ts';
import type { ClusterReport } from './report.ts';

/** A server that runs in dev, and whose data is to be in the cluster. */
export interface DataSource {
  readonly resource: string;
  readonly engine: string;
  readonly copy: DataCopy;
  /** The first is the one of its address; a server without any has one without a name. */
  readonly databases: readonly string[];
  /** Writes all of a database; what it said is cut to its last 2,000 characters. */
  dump(database: string, to: Transform): Promise<{ readonly code: number; readonly said: string }>;
}

const KEPT_CHARACTERS = 2000;

/** Of all servers of the stack that keep data. Those that do not run are named all at once, before anything is done. */
export async function openSources(
  context: Context,
  options: PromoteOptions,
  {
    engine,
    report,
    signal,
  }: { readonly engine: ReachedEngine; readonly report: ClusterReport; readonly signal: AbortSignal },
): Promise<readonly DataSource[]> {
  const offline = await openOffline(context, options);
  const statuses = await statusesOf(context, options);
  const sources: DataSource[] = [];
  const down: string[] = [];
  for (const resource of offline.stack.resources) {
    if (resource.kind !== 'container' || !resource.persist || resource.settings.external) continue;
    const copy = resource.engine === 'container' ? undefined : infraEngines[resource.engine].copy;
    if (!copy) {
      const what = resource.engine === 'container' ? (resource.image ?? 'its image') : resource.engine;
      const text = `${resource.name} begins empty: nothing is known that copies what ${what} keeps`;
      report.tell({ event: 'note', text });
      continue;
    }
    try {
      const at = await clientOfServer(context, offline, resource, statuses);
      const inDev = (database: string): string => offline.values.databaseOf(resource.name, database);
      sources.push(sourceOf(resource, copy, { ...at, inDev }, engine, signal));
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code !== 'not-running') throw error;
      down.push(resource.name);
    }
  }
  if (down.length > 0) throw new FailureError({ code: 'data-source-down', resources: down });
  return sources;
}

function sourceOf(
  { name: resource, engine: kind, settings }: ContainerResource,
  copy: DataCopy,
  at: ServerClient & { readonly inDev: (database: string) => string },
  engine: ReachedEngine,
  signal: AbortSignal,
): DataSource {
  const args = copy.client === undefined ? [] : (at.client.args[copy.client] ?? []);
  return {
    resource,
    engine: kind,
    copy,
    databases: [settings.database ?? '', ...settings.databases],
    async dump(database, to) {
      const [shell, ...script] = scriptOf(copy, copy.dump, at.inDev(database), args);
      if (at.kind === 'native') {
        const ran = await runProgram(shell, script, { env: at.env, signal, output: to });
        return ran.kind === 'missing'
          ? { code: 127, said: `${shell}: not found` }
          : { code: ran.code, said: last(ran.talk) };
      }
      let said = '';
      const stderr = new Writable({
        write(chunk: Buffer, _encoding, done) {
          said = last(said + chunk.toString());
          done();
        },
      });
      const { env } = at.client;
      const code = await execInContainer(engine, at.place, [shell, ...script], { tty: false, env, stdout: to, stderr });
      return { code, said };
    },
  };
}

/** As a command line. */
export function scriptOf(
  { shell }: DataCopy,
  script: string,
  database: string,
  args: readonly string[] = [],
): readonly [string, ...string[]] {
  return [shell, '-c', script, shell, database, ...args];
}

function last(text: string): string {
  return text.slice(-KEPT_CHARACTERS);
}
