import { mapsAt, textAt } from '../json.ts';
import type { JsonMap } from '../json.ts';
import type { StoredObject } from '../object.ts';
import type { Outcome } from '../outcome.ts';
import type { World } from './world.ts';

/** What a pod cannot begin for: a volume, a ConfigMap or a Secret that is not there. */
export function missingReference({ store }: World, pod: StoredObject): Outcome | undefined {
  const { namespace = '' } = pod.metadata;
  for (const volume of mapsAt(pod, 'spec', 'volumes')) {
    const claim = textAt(volume, 'persistentVolumeClaim', 'claimName');
    if (claim === undefined) continue;
    const found = store.get('persistentvolumeclaims', namespace, claim);
    const message = `0/1 nodes are available: persistentvolumeclaim "${claim}" not found.`;
    if (!found) return { kind: 'unschedulable', message };
    if (textAt(found, 'status', 'phase') !== 'Bound') return { kind: 'claim-pending' };
  }
  for (const [resource, name] of mapsAt(pod, 'spec', 'containers').flatMap(namesIn))
    if (!store.get(`${resource}s`, namespace, name))
      return { kind: 'config-error', message: `${resource} "${name}" not found` };
  return undefined;
}

function namesIn(container: JsonMap): readonly (readonly ['secret' | 'configmap', string])[] {
  const sources = [
    ...mapsAt(container, 'envFrom'),
    ...mapsAt(container, 'env').flatMap((variable) => mapsAt({ all: [variable['valueFrom'] ?? {}] }, 'all')),
  ];
  return sources.flatMap((source) => {
    const needed = (field: string, resource: 'secret' | 'configmap') => {
      const name = textAt(source, field, 'name');
      const [reference] = mapsAt({ all: [source[field] ?? {}] }, 'all');
      return name === undefined || reference?.['optional'] === true ? [] : [[resource, name] as const];
    };
    return [
      ...needed('configMapRef', 'configmap'),
      ...needed('secretRef', 'secret'),
      ...needed('configMapKeyRef', 'configmap'),
      ...needed('secretKeyRef', 'secret'),
    ];
  });
}
