import { Transform } from 'node:stream';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import type { Access } from '../../../cluster/kubectl.ts';
import { FailureError } from '../../../core/failure.ts';
import { inBytes } from '../../../output/bytes.ts';
import { counted } from '../../../output/counted.ts';
import { databasesName } from '../../../promote/databases.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { scriptOf } from './data-sources.ts';
import type { DataSource } from './data-sources.ts';
import type { ClusterReport } from './report.ts';

export interface Carrying {
  readonly sources: readonly DataSource[];
  readonly objects: readonly KubeObject[];
  readonly cluster: string;
  readonly namespace: string;
  readonly access: Access;
  /** Also where there is data. */
  readonly replaces: boolean;
  readonly unfinished: Unfinished;
  readonly report: ClusterReport;
}

/** Copies that began and have not ended, also where this program was killed: what is there then is not all of it. */
export interface Unfinished {
  has(copy: string): boolean;
  add(copy: string): void;
  remove(copy: string): void;
}

/** Called with all that is up, after each wave: what a server has in dev is there before anybody else comes to it. */
export function createCarrier(carrying: Carrying): (up: ReadonlySet<string>) => Promise<void> {
  const carried = new Set<string>();
  const there = new Set(carrying.objects.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name']));
  return async (up) => {
    for (const source of carrying.sources) {
      const { resource } = source;
      const awaited = [resource, databasesName(resource)].filter((name) => there.has(name));
      if (carried.has(resource) || awaited.length === 0 || !awaited.every((name) => up.has(name))) continue;
      carried.add(resource);
      await carry(source, carrying);
    }
  };
}

async function carry(source: DataSource, carrying: Carrying): Promise<void> {
  const { resource, copy, databases } = source;
  const { report, replaces, unfinished, cluster } = carrying;
  const kept: string[] = [];
  let isCarried = false;
  const carryAll = async (): Promise<string> => {
    const parts: string[] = [];
    for (const database of databases) {
      const place = { source, database, pod: podOf(source, carrying) };
      const before = await filled(place, carrying);
      if (before.things > 0 && !replaces && !unfinished.has(keyOf(place))) {
        kept.push(`${nameOf(place)} has data in ${cluster} (${inWords(before, copy.units)})`);
        continue;
      }
      const bytes = await pour(place, carrying);
      isCarried = true;
      const name = databases.length > 1 ? `${database} ` : '';
      parts.push(`${name}${inWords(await filled(place, carrying), copy.units)}, ${inBytes(bytes)}`);
    }
    return `${resource}: ${parts.join('; ')}`;
  };
  const begun = performance.now();
  report.line.show('data', `data of ${resource}`);
  const text = await carryAll().finally(() => report.line.done('data'));
  if (isCarried) report.tell({ event: 'step', step: 'data', text, ms: Math.round(performance.now() - begun) });
  for (const what of kept)
    report.tell({
      event: 'note',
      text: `${what}: it stays as it is. --with-data=replace puts that of dev in its place`,
    });
}

interface DataPlace {
  readonly source: DataSource;
  readonly database: string;
  readonly pod: readonly string[];
}

/** As kubectl is told. */
function podOf({ resource }: DataSource, { objects, cluster, namespace }: Carrying): readonly string[] {
  const owner = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === resource);
  if (owner) return [`${resource}-0`, '-c', resource, '-n', namespace];
  const reason = 'there is no pod of its own to write to';
  throw failed({ resource, cluster, doing: 'be written', reason, hint: 'Leave out --with-data.' });
}

interface Amount {
  readonly things: number;
  readonly parts: number;
}

async function filled({ source, database, pod }: DataPlace, { access, cluster }: Carrying): Promise<Amount> {
  const { copy, resource } = source;
  const { code, output, talk } = await kubectlOf(access).run([
    'exec',
    ...pod,
    '--',
    ...scriptOf(copy, copy.filled, database),
  ]);
  if (code !== 0)
    throw failed({
      resource,
      cluster,
      doing: 'be looked at',
      reason: reasonOf(talk),
      hint: 'Does its pod run? kubectl logs, or devstack ps --target, tells.',
    });
  const lines = output.split('\n').filter((line) => line.includes('\t'));
  return { things: lines.length, parts: lines.reduce((sum, line) => sum + Number(line.split('\t').at(-1)), 0) };
}

/** From there to here, without a file in between; gives the bytes. A copy that is cut off leaves nothing behind. */
async function pour(place: DataPlace, { access, cluster, unfinished }: Carrying): Promise<number> {
  const { source, database, pod } = place;
  const { copy, resource } = source;
  const { whole } = copy;
  const clear = async (to: Access): Promise<void> => {
    if (whole.kind === 'transaction') return;
    const { code, talk } = await kubectlOf(to).run(['exec', ...pod, '--', ...scriptOf(copy, whole.clear, database)]);
    if (code !== 0) throw failed({ resource, cluster, doing: 'be emptied', reason: reasonOf(talk), hint: AGAIN });
  };
  if (whole.kind === 'cleared') unfinished.add(keyOf(place));
  await clear(access);
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const [begin, commit] = whole.kind === 'transaction' ? [whole.begin, whole.commit] : ['', ''];
  if (begin !== '') stream.write(begin);
  const dumping = source.dump(database, stream).then((dumped) => {
    stream.end(dumped.code === 0 ? commit : '');
    return dumped;
  });
  // Whoever reads no more is not waited for.
  const restoring = kubectlOf(access)
    .run(['exec', '-i', ...pod, '--', ...scriptOf(copy, copy.restore, database)], stream)
    .finally(() => stream.resume());
  try {
    const [dumped, restored] = await Promise.all([dumping, restoring]);
    if (dumped.code !== 0)
      throw failed({
        resource,
        cluster,
        doing: 'be read in dev',
        reason: reasonOf(dumped.said),
        hint:
          dumped.code === 127
            ? `Its own programs copy it, and are not there: install those of ${source.engine}, or set runtime: 'docker'.`
            : AGAIN,
      });
    if (restored.code !== 0)
      throw failed({ resource, cluster, doing: 'be written', reason: reasonOf(restored.talk), hint: AGAIN });
    unfinished.remove(keyOf(place));
    return bytes - Buffer.byteLength(begin + commit);
  } catch (error) {
    // Also when it was interrupted: half of the data would be taken for all of it next time.
    await clear({ ...access, signal: new AbortController().signal }).then(
      () => unfinished.remove(keyOf(place)),
      () => {},
    );
    throw error;
  }
}

/** Nothing is to start on a part of the data. */
export function refuseCut(cut: ReadonlySet<string>, servers: ReadonlySet<string>, cluster: string): void {
  const resource = [...new Set([...cut].map((key) => key.replace(/\/.*/, '')))].filter((name) => servers.has(name));
  if (resource.length === 0) return;
  throw failed({
    resource: resource.join(', '),
    cluster,
    doing: 'be taken for whole',
    reason: 'a copy from dev was cut off, and a part of it may be there',
    hint: 'Copy it again: --with-data. Or make the cluster anew: --recreate',
  });
}

const AGAIN = 'When it is mended, run the same command again.';
const REASON_LINES = 4;

function reasonOf(talk: string): string {
  const lines = talk
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('command terminated with exit'));
  return lines.slice(-REASON_LINES).join('\n') || 'it said nothing';
}

function failed(what: {
  readonly resource: string;
  readonly cluster: string;
  readonly doing: string;
  readonly reason: string;
  readonly hint: string;
}): FailureError {
  return new FailureError({ code: 'data-copy-failed', ...what });
}

function keyOf({ source: { resource }, database }: DataPlace): string {
  return `${resource}/${database}`;
}

function nameOf({ source: { resource, databases }, database }: DataPlace): string {
  return databases.length > 1 ? `${database} of ${resource}` : resource;
}

function inWords({ things, parts }: Amount, [thing, part]: readonly [string, string]): string {
  return `${counted(things, thing)}, ${counted(parts, part)}`;
}
