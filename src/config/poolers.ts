import type { Resource } from '../core/stack.ts';
import { infraEngines } from '../kinds/index.ts';
import type { Pooler } from '../kinds/kind.ts';

/** What stands before a server where it is deployed. */
export function poolerOf(resource: Resource): { readonly name: string; readonly kind: Pooler } | undefined {
  if (resource.kind !== 'container' || resource.engine === 'container') return undefined;
  const { options, external } = resource.settings;
  const kind = infraEngines[resource.engine].pooler;
  return kind && options['pooler'] === true && !external ? { name: `${resource.name}-pooler`, kind } : undefined;
}
