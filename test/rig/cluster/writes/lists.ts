import { isMap } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';

/** Fields of what makes an entry of a list the same one, where Kubernetes merges lists. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  secrets: ['name'],
};

const SETS = new Set(['finalizers']);

/** Maps that are replaced as one. */
const ATOMIC = new Set([
  'selector',
  'labelSelector',
  'podSelector',
  'namespaceSelector',
  'nodeSelector',
  'configMapKeyRef',
  'secretKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'scaleTargetRef',
]);

export type Shape = 'map' | 'set' | 'whole' | { readonly keys: readonly string[] };

/** How Kubernetes merges a field of that name. */
export function shapeOf(field: string, value: Json): Shape {
  if (isMap(value)) return ATOMIC.has(field) ? 'whole' : 'map';
  if (!Array.isArray(value) || value.length === 0) return 'whole';
  if (SETS.has(field)) return 'set';
  const keys = field === 'ports' ? portKeys(value[0]) : KEYS[field];
  return keys && value.every((entry) => isMap(entry) && entry[keys[0] ?? ''] !== undefined) ? { keys } : 'whole';
}

/** Those of a container and of a Service; those of a NetworkPolicy are one. */
function portKeys(first: Json): readonly string[] | undefined {
  if (!isMap(first)) return undefined;
  if (first['containerPort'] !== undefined) return ['containerPort', 'protocol'];
  return first['name'] !== undefined || first['targetPort'] !== undefined || first['nodePort'] !== undefined
    ? ['port', 'protocol']
    : undefined;
}

/** As `managedFields` has it: `k:{"name":"api"}`. */
export function keyOf(entry: JsonMap, keys: readonly string[]): string {
  const sorted = keys.toSorted().map((key) => [key, entry[key] ?? (key === 'protocol' ? 'TCP' : null)] as const);
  return `k:${JSON.stringify(Object.fromEntries(sorted))}`;
}
