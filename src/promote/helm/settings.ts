import { SENSITIVE } from '../kubernetes/environment.ts';

/** One value of a chart: what it is unless somebody says otherwise, and what it may be. */
export interface Setting {
  readonly path: readonly string[];
  readonly kind: SettingKind;
  readonly value: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

const NAME = { type: 'string', pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', maxLength: 253 };
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };
const AMOUNTS = {
  type: 'object',
  additionalProperties: {
    type: ['string', 'number'],
    pattern: '^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$',
  },
};
const COUNT = { type: 'integer', minimum: 0 };
const PERCENT = { type: 'integer', minimum: 1 };
const OPEN = { type: 'object' };

/** What can be set: its words for people, and its schema. */
const KINDS = {
  'global.imageRegistry': [
    'before every image, instead of the registry it has',
    { type: 'string', pattern: '^[^/ ][^ ]*[^/ ]$|^$' },
  ],
  'global.imageTag': [
    'of the images of this stack; appVersion of the chart unless it is set',
    { type: 'string', pattern: '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$' },
  ],
  'global.imagePullSecrets': [
    'Secrets with the logins of registries, as - name: …',
    { type: 'array', items: fields({ name: NAME }) },
  ],
  'image.registry': ['', { type: 'string' }],
  'image.repository': ['', { type: 'string', minLength: 1 }],
  'image.tag': [
    'of an image of this stack: instead of global.imageTag',
    { type: 'string', pattern: '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$' },
  ],
  'image.digest': [
    'sha256:…; it counts before the tag, so empty it to have another tag',
    { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
  ],
  'image.pullPolicy': ['', { enum: ['Always', 'IfNotPresent', 'Never'] }],
  replicas: ['how many run; of servers there is one', COUNT],
  serverReplicas: ['', { ...COUNT, maximum: 1 }],
  'autoscaling.enabled': ['without it there are as many as replicas says', { type: 'boolean' }],
  'autoscaling.minReplicas': ['', { ...COUNT, minimum: 1 }],
  'autoscaling.maxReplicas': ['', { ...COUNT, minimum: 1 }],
  'autoscaling.targetCPUUtilizationPercentage': ['of what is requested', PERCENT],
  'autoscaling.targetMemoryUtilizationPercentage': ['of what is requested', PERCENT],
  resources: ['requests and limits', fields({ requests: AMOUNTS, limits: AMOUNTS }, [])],
  env: [
    'more variables, or others; nothing secret, which belongs into the Secret',
    {
      ...TEXTS,
      propertyNames: { pattern: '^[A-Za-z_.-][A-Za-z0-9_.-]*$' },
      // What is wanted is all that readers of schemas say of a value that is not as it should be.
      patternProperties: { [anyCase(SENSITIVE)]: { const: 'in the Secret of existingSecret' } },
    },
  ],
  existingSecret: ['name of the Secret with its variables, which is there already', NAME],
  existingSecretFiles: ['name of the Secret with its files, which is there already', NAME],
  podAnnotations: ['', TEXTS],
  nodeSelector: ['labels of the nodes it runs on', TEXTS],
  tolerations: [
    'taints of nodes it runs on all the same',
    {
      type: 'array',
      items: fields(
        {
          key: { type: 'string' },
          operator: { enum: ['Exists', 'Equal'] },
          value: { type: 'string' },
          effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
          tolerationSeconds: { type: 'integer' },
        },
        [],
      ),
    },
  ],
  affinity: [
    'instead of staying away from others of its kind',
    fields({ nodeAffinity: OPEN, podAffinity: OPEN, podAntiAffinity: OPEN }, []),
  ],
  topologySpreadConstraints: ['instead of zones and nodes', { type: 'array', items: OPEN }],
  'serviceAccount.annotations': ['the role it has with a cloud, say', TEXTS],
  'service.type': ['', { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] }],
  'service.annotations': ['what a cloud is told of its load balancer', TEXTS],
  'ingress.enabled': ['', { type: 'boolean' }],
  'ingress.host': [
    'variables that have its address follow; values of Secrets do not',
    { ...NAME, pattern: '^([*][.])?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' },
  ],
  'ingress.className': ['that of the cluster when empty', { ...NAME, pattern: `${NAME.pattern}|^$` }],
  'ingress.annotations': ['', TEXTS],
  'ingress.tls.enabled': ['', { type: 'boolean' }],
  'ingress.tls.secretName': ['Secret with the certificate', NAME],
  'storage.*.size': ['of a volume; it counts when the volume is made', AMOUNTS.additionalProperties],
  'storage.*.storageClass': [
    'that of the cluster when empty; it counts when the volume is made',
    { ...NAME, pattern: `${NAME.pattern}|^$` },
  ],
  schedule: ['cron expression of five fields', { type: 'string', pattern: '^(\\S+ +){4}\\S+$|^@' }],
  suspend: ['it is not begun by the clock', { type: 'boolean' }],
} as const satisfies Record<string, readonly [says: string, schema: Schema]>;

export type SettingKind = keyof typeof KINDS;

/** Where a template has nothing to fall back on. */
const MAY_BE_NULL: ReadonlySet<SettingKind> = new Set([
  'global.imageRegistry',
  'global.imageTag',
  'global.imagePullSecrets',
  'image.registry',
  'image.tag',
  'image.digest',
  'env',
  'podAnnotations',
  'nodeSelector',
  'tolerations',
  'affinity',
  'topologySpreadConstraints',
  'serviceAccount.annotations',
  'service.annotations',
  'ingress.className',
  'ingress.annotations',
  'storage.*.storageClass',
  'suspend',
]);

/** Of one service: its own program first, in the order of the legend. */
export function inOrder(settings: readonly Setting[]): readonly Setting[] {
  const kinds = Object.keys(KINDS);
  const place = ({ path, kind }: Setting): number =>
    (path[1] === 'sidecars' || path[1] === 'initContainers' ? kinds.length : 0) + kinds.indexOf(kind);
  return settings.toSorted((one, other) => place(one) - place(other));
}

/** values.yaml as data. */
export function valuesOf(settings: readonly Setting[]): unknown {
  return nested<unknown>(
    settings,
    ({ value }) => value,
    (values) => values,
  );
}

/** One line for everything that can be set. */
export function legendOf(settings: readonly Setting[]): readonly string[] {
  const used = new Set<string>(settings.map(({ kind }) => kind));
  const entries = Object.entries(KINDS).flatMap(([kind, [says]]): [string, string][] =>
    used.has(kind) && says !== '' ? [[kind, says]] : [],
  );
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, says]) => `${name.padEnd(width)}  ${says}`);
}

/** values.schema.json as data, in the dialect that every version of Helm reads. */
export function schemaOf(title: string, settings: readonly Setting[]): Schema {
  const used = new Set(settings.map(({ kind }) => kind));
  const definitions = Object.entries(KINDS).flatMap(([kind, [says, schema]]): [string, Schema][] =>
    [...used].some((one) => one === kind) ? [[kind, { ...(says !== '' && { description: says }), ...schema }]] : [],
  );
  const tree = nested(
    settings,
    ({ kind }): Schema => ({ $ref: `#/definitions/${kind}` }),
    (properties, required): Schema => fields(properties, required),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...tree,
    definitions: Object.fromEntries(definitions),
  };
}

function nested<T>(
  settings: readonly Setting[],
  leaf: (setting: Setting) => T,
  join: (children: Readonly<Record<string, T>>, required: readonly string[]) => T,
  depth = 0,
): T {
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = setting.path[depth] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), setting]);
  }
  const children = [...groups].map(([name, group]): [string, T] => {
    const [first] = group;
    return [name, first && first.path.length === depth + 1 ? leaf(first) : nested(group, leaf, join, depth + 1)];
  });
  const required = [...groups].flatMap(([name, group]) =>
    group.every(({ kind }) => MAY_BE_NULL.has(kind)) ? [] : [name],
  );
  return join(Object.fromEntries(children), required);
}

function fields(
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: 'object', additionalProperties: false, ...(required.length > 0 && { required }), properties };
}

/** Not every reader of schemas knows flags of an expression. */
function anyCase({ source }: RegExp): string {
  return source.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}
