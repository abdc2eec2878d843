import { at, isSame, mapAt } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import type { Kind } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import { invalid } from '../refusal.ts';
import type { Cause } from '../refusal.ts';

/** Refuses changes of what stays as it was made, and pods a controller would not find. */
export function checkChange(kind: Kind, before: KubeObject | undefined, next: KubeObject): void {
  const causes = [...selectorCauses(kind, next), ...(before ? causesOf(kind, before, next) : [])];
  if (causes.length > 0) throw invalid(kind, next.metadata.name, causes);
}

const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function causesOf({ kind }: Kind, before: KubeObject, next: KubeObject): readonly Cause[] {
  const changed = (...fields: readonly string[]) => !isSame(at(before, 'spec', ...fields), at(next, 'spec', ...fields));
  const immutable = (field: string, type: string): readonly Cause[] =>
    changed(field)
      ? [
          {
            reason: 'FieldValueInvalid',
            field: `spec.${field}`,
            message: `Invalid value: ${type}${goText(at(next, 'spec', field))}: field is immutable`,
          },
        ]
      : [];
  switch (kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return immutable('selector', 'v1.LabelSelector');
    case 'Job':
      return [
        ...immutable('completions', ''),
        ...immutable('selector', 'v1.LabelSelector'),
        ...immutable('template', 'core.PodTemplateSpec'),
      ];
    case 'StatefulSet': {
      const fixed = (object: KubeObject): JsonMap =>
        Object.fromEntries(Object.entries(mapAt(object, 'spec')).filter(([field]) => !CHANGEABLE.includes(field)));
      if (isSame(fixed(before), fixed(next))) return [];
      const names = CHANGEABLE.map((field) => `'${field}'`);
      const message = `Forbidden: updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`;
      return [{ reason: 'FieldValueForbidden', field: 'spec', message }];
    }
    case 'PersistentVolumeClaim': {
      const fixed = ({ spec }: KubeObject): JsonMap => ({
        ...mapAt(spec),
        resources: undefined,
        volumeName: undefined,
      });
      if (isSame(fixed(before), fixed(next))) return [];
      const message =
        'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
      return [{ reason: 'FieldValueForbidden', field: 'spec', message }];
    }
    default:
      return [];
  }
}

function selectorCauses({ kind }: Kind, next: KubeObject): readonly Cause[] {
  if (!['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind)) return [];
  const labels = mapAt(next, 'spec', 'template', 'metadata', 'labels');
  const wanted = Object.entries(mapAt(next, 'spec', 'selector', 'matchLabels'));
  if (wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value)) return [];
  return [
    {
      reason: 'FieldValueInvalid',
      field: 'spec.template.metadata.labels',
      message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
    },
  ];
}

/** The real one prints its own structures, which nobody can take apart. */
function goText(value: Json | undefined): string {
  return JSON.stringify(value ?? null).replaceAll('"', '');
}
