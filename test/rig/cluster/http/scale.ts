import { mapAt, numberAt, textOf } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import type { KubeObject, StoredObject } from '../object.ts';

/** The `scale` subresource of what has replicas. */
export function scaleOf({ metadata, spec, status }: StoredObject): JsonMap {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const labels = Object.entries(mapAt(spec, 'selector', 'matchLabels'));
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(spec, 'replicas') ?? 0 },
    status: {
      replicas: numberAt(status, 'replicas') ?? 0,
      selector: labels.map(([label, value]) => `${label}=${textOf(value)}`).join(','),
    },
  };
}

export function scaledTo(object: StoredObject, scale: Json): KubeObject {
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
  return { ...object, spec: { ...mapAt(object, 'spec'), replicas } };
}
