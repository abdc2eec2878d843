import { isDirect } from '../config/addresses.ts';
import { refsOf } from '../core/ref.ts';
import type { Resource } from '../core/stack.ts';
import { isSecret } from './value.ts';
import type { Value } from './value.ts';
import type { Note, Workload } from './workload.ts';

/** What becomes of one thing that the config says. */
export interface Explanation {
  readonly resource: string;
  readonly thing: string;
  readonly fate: 'same' | 'changed' | 'dropped' | 'added';
  readonly why: string;
}

/** Thing by thing, what is the same as in dev and what is not. */
export function explain(
  resources: readonly Resource[],
  workloads: readonly Workload[],
  notes: readonly Note[],
  /** Where secrets and values that are open come from. */
  source = 'the file .env',
): readonly Explanation[] {
  const poolers = workloads.filter(({ standsBefore }) => standsBefore !== undefined);
  return resources.flatMap((resource) => {
    const workload = workloads.find(({ name }) => name === resource.name);
    const own = notes.filter((note) => note.resource === resource.name);
    const dropped = own.map((note): Explanation => row(resource, 'note', 'changed', note.text));
    if (!workload) return dropped.length > 0 ? dropped : [row(resource, 'itself', 'dropped', 'not in this part')];
    return [
      ...programOf(resource, workload),
      ...poolers.flatMap((one) => (one.standsBefore === resource.name ? [poolerOf(resource, one)] : [])),
      ...Object.entries(workload.env).map(([name, value]) => {
        const said = environment(resource, name, value, source);
        const way = wayOf(resource, name, poolers);
        return way === undefined ? said : { ...said, why: `${said.why}, ${way}` };
      }),
      ...portsOf(resource, workload),
      ...filesOf(resource, workload),
      ...healthOf(resource, workload),
      ...rightsOf(resource, workload),
      ...dropped,
    ];
  });
}

function row(resource: Resource, thing: string, fate: Explanation['fate'], why: string): Explanation {
  return { resource: resource.name, thing, fate, why };
}

function programOf(resource: Resource, { image, command }: Workload): readonly Explanation[] {
  const name = image.kind === 'named' ? image.name : `built as ${image.build.name}`;
  const isPinned = name.includes('@') && resource.image?.includes('@') !== true;
  if (resource.kind === 'container')
    return [
      row(
        resource,
        'image',
        image.kind === 'named' && !isPinned ? 'same' : 'changed',
        image.kind === 'named' ? name : `${name}, with a tag`,
      ),
    ];
  const words = command?.join(' ') ?? 'the command of its image';
  const rows = [row(resource, 'command', 'changed', `\`${resource.run}\` of dev is \`${words}\`, ${name}`)];
  if (resource.kind === 'process' && resource.watch)
    rows.push(row(resource, 'watch', 'dropped', 'an image does not change while it runs'));
  return rows;
}

function environment(resource: Resource, name: string, value: Value, source: string): Explanation {
  const thing = `env.${name}`;
  if (!Object.hasOwn(resource.env, name)) return row(resource, thing, 'added', 'what its image is told');
  if (isSecret(value)) return row(resource, thing, 'changed', `a secret, out of ${source}`);
  if (value.some((part) => typeof part !== 'string')) return row(resource, thing, 'changed', `out of ${source}`);
  const isAddress = resource.env[name]?.some((part) => typeof part !== 'string');
  return row(resource, thing, isAddress ? 'changed' : 'same', isAddress ? 'the address inside the network' : '');
}

function poolerOf(resource: Resource, { name, image }: Workload): Explanation {
  const what = image.kind === 'named' ? image.name : image.build.name;
  return row(resource, 'pooler', 'added', `${name}, ${what}: services and workers get its address`);
}

/** Which way an address of a server leads that has a pooler. */
function wayOf(resource: Resource, name: string, poolers: readonly Workload[]): string | undefined {
  for (const ref of refsOf(resource.env[name] ?? [])) {
    if (ref.kind !== 'resource' || !/(?:^|\.)(?:url|directUrl|jdbcUrl|host|port)$/.test(ref.part)) continue;
    const pooler = poolers.find(({ standsBefore }) => standsBefore === ref.resource);
    if (!pooler) continue;
    if (isDirect(ref.part)) return `of ${ref.resource} itself`;
    return resource.kind === 'task'
      ? `of ${ref.resource} itself: a task may need its session`
      : `through ${pooler.name}`;
  }
  return undefined;
}

function portsOf(resource: Resource, { ports }: Workload): readonly Explanation[] {
  return ports.map(({ name, number, outside }) => {
    const where = outside ? 'reached from outside, since somebody there needs it' : 'reached inside the network only';
    return row(resource, `port ${name}`, 'changed', `${number}: ${where}`);
  });
}

function filesOf(resource: Resource, { files }: Workload): readonly Explanation[] {
  if (resource.kind === 'container' && resource.engine !== 'container') return [];
  return Object.entries(files).map(([place, file]) => {
    const why =
      typeof file === 'string' ? 'written there, with the addresses of there' : 'filled in with values of .env';
    return row(resource, `file ${place}`, resource.kind === 'container' ? 'changed' : 'added', why);
  });
}

function healthOf(resource: Resource, { health }: Workload): readonly Explanation[] {
  const isChecked = resource.health.ready !== undefined;
  if (health) return [row(resource, 'health check', isChecked ? 'same' : 'added', 'asked there as well')];
  return []; // a note says why there is none
}

function rightsOf(resource: Resource, { confinement }: Workload): readonly Explanation[] {
  const what = confinement
    ? `user ${confinement.user}, no capabilities, a root file system that is read-only`
    : 'no capabilities; nothing is known of what else its image allows';
  return [row(resource, 'rights', 'changed', what)];
}
