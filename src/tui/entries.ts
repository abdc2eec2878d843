import type { Resource } from '../core/stack.ts';
import { ALL, type Facts, type Model } from './model.ts';

/** A row of the list: everything, a group, or a resource. */
export type Entry =
  | { readonly kind: 'all'; readonly id: string; readonly members: readonly string[] }
  | { readonly kind: 'group'; readonly id: string; readonly title: string; readonly members: readonly string[] }
  | { readonly kind: 'resource'; readonly id: string; readonly members: readonly string[] };

/** Groups of the config where there are any; what is in none goes by what it is. */
export function groupsOf(facts: Facts): readonly { readonly title: string; readonly members: readonly string[] }[] {
  const left = new Set(facts.resources.keys());
  const groups: { title: string; members: string[] }[] = [];
  for (const [title, names] of Object.entries(facts.groups)) {
    const members = [...facts.resources.keys()].filter((name) => names.includes(name) && left.delete(name));
    if (members.length > 0) groups.push({ title, members });
  }
  for (const name of left) {
    const resource = facts.resources.get(name);
    const title = resource ? headingOf(resource) : '';
    const group = groups.find((one) => one.title === title);
    if (group) group.members.push(name);
    else groups.push({ title, members: [name] });
  }
  return groups;
}

function headingOf(resource: Resource): string {
  switch (resource.kind) {
    case 'container':
      return 'infra';
    case 'task':
      return 'tasks';
    case 'process':
      return resource.role === 'worker' ? 'workers' : 'services';
  }
}

/** Every row of the list, folded groups without their members. */
export function entriesOf(facts: Facts, folded: ReadonlySet<string>): readonly Entry[] {
  return [
    { kind: 'all', id: ALL, members: [...facts.resources.keys()] },
    ...groupsOf(facts).flatMap(({ title, members }): Entry[] => {
      const id = `group ${title}`;
      const group: Entry = { kind: 'group', id, title, members };
      if (folded.has(id)) return [group];
      return [group, ...members.map((name): Entry => ({ kind: 'resource', id: name, members: [name] }))];
    }),
  ];
}

/** The entry of an id; everything when there is none any more. */
export function entryOf(facts: Facts, id: string): Entry {
  const entries = entriesOf(facts, new Set());
  return entries.find((entry) => entry.id === id) ?? { kind: 'all', id: ALL, members: [...facts.resources.keys()] };
}

/** What commands are about: what is selected, or what the pane with the keyboard is pinned to. */
export function chosenEntry(model: Model, facts: Facts): Entry {
  const pane = model.focus === 'pane' ? model.panes[model.active] : undefined;
  return entryOf(facts, pane?.pin ?? model.selected);
}

/** The one resource that commands are about. */
export function chosenResource(model: Model, facts: Facts): string | undefined {
  const { kind, id } = chosenEntry(model, facts);
  return kind === 'resource' ? id : undefined;
}
