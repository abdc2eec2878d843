import type { Group } from './document.ts';

/** From this many services on, something in common is said once. */
const ENOUGH = 3;
/** Fields of a service that are often the same. */
const COMMON = ['read_only', 'init', 'cap_drop', 'cap_add', 'security_opt', 'restart'];

type Services = Readonly<Record<string, Record<string, unknown>>>;

/** What can be said once: variables that three services or more have with the same values, and how they are run. */
export function sharedBy(services: Services): readonly Group[] {
  return [...images(services), ...commonGroups(services), ...environments(services)];
}

/** Services of one image: how it is built is said once. */
function images(services: Services): readonly Group[] {
  const bySame = new Map<string, string[]>();
  for (const [name, service] of Object.entries(services)) {
    if (!('build' in service)) continue;
    const key = JSON.stringify(pick(service, ['image', 'build']));
    bySame.set(key, [...(bySame.get(key) ?? []), name]);
  }
  const groups = [...bySame].filter(([, names]) => names.length > 1);
  return groups.map(([key, names], index) => ({
    name: index === 0 ? 'image' : `image-${index + 1}`,
    at: undefined,
    fields: JSON.parse(key) as Record<string, unknown>,
    services: names,
  }));
}

function commonGroups(services: Services): readonly Group[] {
  const bySame = new Map<string, string[]>();
  for (const [name, service] of Object.entries(services)) {
    const key = JSON.stringify(pick(service, COMMON));
    bySame.set(key, [...(bySame.get(key) ?? []), name]);
  }
  const groups = [...bySame].filter(([, names]) => names.length >= ENOUGH);
  return groups.map(([key, names], index) => ({
    name: index === 0 ? 'confined' : `confined-${index + 1}`,
    at: undefined,
    fields: JSON.parse(key) as Record<string, unknown>,
    services: names,
  }));
}

/** Variables that the same services have are one group. */
function environments(services: Services): readonly Group[] {
  const users = new Map<string, { readonly name: string; readonly value: unknown; readonly services: string[] }>();
  for (const [service, { environment }] of Object.entries(services)) {
    for (const [name, value] of Object.entries(environment ?? {})) {
      if (name === 'PORT') continue; // it goes with the ports of its service
      const key = JSON.stringify([name, value]);
      const found = users.get(key) ?? { name, value, services: [] as string[] };
      found.services.push(service);
      users.set(key, found);
    }
  }
  const groups = new Map<string, { readonly fields: Record<string, unknown>; readonly services: readonly string[] }>();
  for (const { name, value, services: of } of users.values()) {
    if (of.length < ENOUGH) continue;
    const group = groups.get(of.join(' ')) ?? { fields: {}, services: of };
    group.fields[name] = value;
    groups.set(of.join(' '), group);
  }
  const taken = new Set<string>();
  return [...groups.values()].map(({ fields, services: of }) => {
    const name = groupName(Object.keys(fields), taken);
    taken.add(name);
    return { name, at: 'environment', fields, services: of };
  });
}

/** `DATABASE_URL` and what goes with it is `database-env`. */
function groupName(names: readonly string[], taken: ReadonlySet<string>): string {
  const word = names.length === 1 ? (names[0]?.split('_')[0] ?? 'shared') : commonWord(names);
  const base = `${word.toLowerCase()}-env`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function commonWord(names: readonly string[]): string {
  const [first, ...others] = names.map((name) => name.split('_')[0] ?? '');
  return first !== undefined && others.every((word) => word === first) ? first : 'shared';
}

function pick(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));
}
