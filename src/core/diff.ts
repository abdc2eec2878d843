import type { Resource, Stack } from './stack.ts';

export interface StackDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Name to the fields that differ and need a new run. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
}

/** Fields that take effect without a new run. */
const LIVE: ReadonlySet<string> = new Set([
  'at',
  'autostart',
  'dependencies',
  'companions',
  'watch',
  'restart',
  'stop',
  'links',
  'restartWith',
  'successExitCodes',
  'when',
  'buildDev',
  'deploy',
  'metrics',
  'uncarried',
  'sidecars',
  'schedule',
]);

/** What a new config means for what runs. */
export function diffStacks(before: Stack, after: Stack): StackDiff {
  const old = new Map(before.resources.map((resource) => [resource.name, resource]));
  const kept = new Set(after.resources.map(({ name }) => name));
  const changed = new Map<string, readonly string[]>();
  for (const resource of after.resources) {
    const previous = old.get(resource.name);
    if (!previous) continue;
    const fields = changedFields(previous, resource);
    if (fields.length > 0) changed.set(resource.name, fields);
  }
  return {
    added: [...kept].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !kept.has(name)),
    changed,
  };
}

function changedFields(before: Resource, after: Resource): readonly string[] {
  const left = new Map<string, unknown>(Object.entries(before));
  const right = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (field) =>
      !LIVE.has(field) &&
      !(field === 'configFiles' && after.kind !== 'container') &&
      JSON.stringify(left.get(field)) !== JSON.stringify(right.get(field)),
  );
}
