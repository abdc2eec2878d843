import type { KubeObject } from '../kubernetes/object.ts';
import { at, dataAt, isData, listAt, numberAt, textAt, textsAt } from '../kubernetes/rules/data.ts';
import { quoted, text, when, withFields } from './hole.ts';
import type { Edit } from './hole.ts';
import { joined, NOTHING } from './lifted.ts';
import type { Lifted } from './lifted.ts';
import { liftPod } from './pod.ts';
import type { PodContext } from './pod.ts';
import type { Setting } from './settings.ts';

export interface ObjectContext extends PodContext {
  /** All of its service. */
  readonly objects: readonly KubeObject[];
}

/** What can be set of an object. What the last word made of it stays, as far as it is another thing than before. */
export function liftObject(object: KubeObject, context: ObjectContext): Lifted {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return joined([replicas(object, context), liftPod(object, context), claims(object, context)]);
    case 'CronJob':
      return joined([clock(object, context), liftPod(object, context)]);
    case 'HorizontalPodAutoscaler':
      return autoscaler(object, context);
    case 'ScaledObject':
      return scaledObject(object, context);
    case 'Ingress':
      return ingress(object, context);
    case 'HTTPRoute':
      return route(object, context);
    case 'Service':
      return balancer(object, context);
    case 'ServiceAccount':
      return account(object, context);
    case 'PersistentVolumeClaim':
      return claim(object, [], context);
    default:
      return liftPod(object, context);
  }
}

function replicas(object: KubeObject, { values, workload, objects }: ObjectContext): Lifted {
  const count = numberAt(object, 'spec', 'replicas');
  const code = values.code('replicas');
  if (count !== undefined)
    return {
      settings: [
        values.setting(workload.role === 'server' && count < 2 ? 'serverReplicas' : 'replicas', count, ['replicas']),
      ],
      edits: [{ path: ['spec', 'replicas'], value: text({ code: `int ${code}` }) }],
    };
  const scaler = objects.find((one) => isScalerOf(one, object));
  if (!scaler) return NOTHING;
  return {
    settings: [values.setting('replicas', numberAt(scaler, 'spec', 'minReplicas') ?? 1)],
    edits: [
      {
        path: ['spec', 'replicas'],
        value: when(`not ${values.code('autoscaling', 'enabled')}`, text({ code: `int ${code}` })),
      },
    ],
  };
}

function isScalerOf({ kind, ...scaler }: KubeObject, object: KubeObject): boolean {
  return (
    kind === 'HorizontalPodAutoscaler' && textAt(scaler, 'spec', 'scaleTargetRef', 'name') === object.metadata.name
  );
}

const TARGETS = {
  cpu: 'autoscaling.targetCPUUtilizationPercentage',
  memory: 'autoscaling.targetMemoryUtilizationPercentage',
} as const;

function autoscaler(object: KubeObject, { values }: ObjectContext): Lifted {
  const settings: Setting[] = [values.setting('autoscaling.enabled', true)];
  const edits: Edit[] = [];
  for (const field of ['minReplicas', 'maxReplicas'] as const) {
    settings.push(values.setting(`autoscaling.${field}`, numberAt(object, 'spec', field) ?? 1));
    edits.push({ path: ['spec', field], value: text({ code: `int ${values.code('autoscaling', field)}` }) });
  }
  for (const [index, metric] of listAt(object, 'spec', 'metrics').entries()) {
    const percent = numberAt(metric, 'resource', 'target', 'averageUtilization');
    const name = textAt(metric, 'resource', 'name');
    if (percent === undefined || (name !== 'cpu' && name !== 'memory')) continue;
    const kind = TARGETS[name];
    settings.push(values.setting(kind, percent));
    edits.push({
      path: ['spec', 'metrics', index, 'resource', 'target', 'averageUtilization'],
      value: text({ code: `int ${values.code(...kind.split('.'))}` }),
    });
  }
  return { settings, edits, condition: values.code('autoscaling', 'enabled') };
}

/** None at all is what it is for, so that is not counted among the values. */
function scaledObject(object: KubeObject, { values }: ObjectContext): Lifted {
  const counts = [
    ['minReplicaCount', 'minReplicas'],
    ['maxReplicaCount', 'maxReplicas'],
  ] as const;
  return joined(
    counts.map(([field, name]) => {
      const count = numberAt(object, 'spec', field) ?? 0;
      if (count === 0) return NOTHING;
      return {
        settings: [values.setting(`autoscaling.${name}`, count)],
        edits: [{ path: ['spec', field], value: text({ code: `int ${values.code('autoscaling', name)}` }) }],
      };
    }),
  );
}

/** With a certificate of its Gateway, or without: addresses follow. */
function route(object: KubeObject, { values }: ObjectContext): Lifted {
  const code = (...path: readonly string[]): string => values.code('ingress', ...path);
  const [host] = textsAt(object, 'spec', 'hostnames');
  return {
    settings: [
      values.setting('ingress.enabled', true),
      ...(host === undefined ? [] : [values.setting('ingress.host', host)]),
      values.setting('ingress.annotations', object.metadata.annotations ?? {}),
      values.setting('ingress.tls.enabled', true),
    ],
    edits: [
      ...(host === undefined ? [] : [{ path: ['spec', 'hostnames'], value: [quoted(code('host'))] }]),
      { path: ['metadata', 'annotations'], value: withFields(code('annotations'), {}) },
    ],
    condition: code('enabled'),
  };
}

function ingress(object: KubeObject, { values }: ObjectContext): Lifted {
  const code = (...path: readonly string[]): string => values.code('ingress', ...path);
  const host = textAt(listAt(object, 'spec', 'rules')[0], 'host');
  const settings: Setting[] = [values.setting('ingress.enabled', true)];
  const edits: Edit[] = [];
  if (host !== undefined) {
    settings.push(values.setting('ingress.host', host));
    for (const [index, rule] of listAt(object, 'spec', 'rules').entries())
      if (textAt(rule, 'host') === host)
        edits.push({ path: ['spec', 'rules', index, 'host'], value: quoted(code('host')) });
  }
  settings.push(values.setting('ingress.className', textAt(object, 'spec', 'ingressClassName') ?? ''));
  const className = when(code('className'), quoted(code('className')));
  edits.push({ path: ['spec', 'ingressClassName'], value: className });
  settings.push(values.setting('ingress.annotations', object.metadata.annotations ?? {}));
  edits.push({ path: ['metadata', 'annotations'], value: withFields(code('annotations'), {}) });
  const certificates = listAt(object, 'spec', 'tls');
  const secret = textAt(certificates[0], 'secretName');
  if (certificates.length === 1 && secret !== undefined && listAt(certificates[0], 'hosts').join() === host) {
    settings.push(values.setting('ingress.tls.enabled', true), values.setting('ingress.tls.secretName', secret));
    const value = [{ hosts: [quoted(code('host'))], secretName: quoted(code('tls', 'secretName')) }];
    edits.push({ path: ['spec', 'tls'], value: when(code('tls', 'enabled'), value) });
  }
  return { settings, edits, condition: code('enabled') };
}

/** Clouds have annotations of their own for load balancers. */
function balancer(object: KubeObject, { values }: ObjectContext): Lifted {
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer') return NOTHING;
  const own = object.metadata.annotations ?? {};
  return {
    settings: [values.setting('service.type', 'LoadBalancer'), values.setting('service.annotations', {})],
    edits: [
      { path: ['spec', 'type'], value: text({ code: values.code('service', 'type') }) },
      { path: ['metadata', 'annotations'], value: withFields(values.code('service', 'annotations'), own) },
    ],
  };
}

function account(object: KubeObject, { values }: ObjectContext): Lifted {
  const value = withFields(values.code('serviceAccount', 'annotations'), {});
  return {
    settings: [values.setting('serviceAccount.annotations', object.metadata.annotations ?? {})],
    edits: [{ path: ['metadata', 'annotations'], value }],
  };
}

function clock(object: KubeObject, { values }: ObjectContext): Lifted {
  const isSuspended = at(object, 'spec', 'suspend') === true;
  return {
    settings: [
      values.setting('schedule', textAt(object, 'spec', 'schedule') ?? ''),
      values.setting('suspend', isSuspended),
    ],
    edits: [
      { path: ['spec', 'schedule'], value: quoted(values.code('schedule')) },
      { path: ['spec', 'suspend'], value: when(values.code('suspend'), true) },
    ],
  };
}

function claims(object: KubeObject, context: ObjectContext): Lifted {
  const templates = listAt(object, 'spec', 'volumeClaimTemplates');
  return joined(templates.map((one, index) => claim(one, ['spec', 'volumeClaimTemplates', index], context)));
}

function claim(object: unknown, place: readonly (string | number)[], { values }: ObjectContext): Lifted {
  const name = textAt(object, 'metadata', 'name');
  const spec = dataAt(object, 'spec');
  if (name === undefined || !isData(spec['resources'])) return NOTHING;
  const code = (field: string): string => values.code('storage', name, field);
  return {
    settings: [
      values.setting('storage.*.size', at(spec, 'resources', 'requests', 'storage'), ['storage', name, 'size']),
      values.setting('storage.*.storageClass', spec['storageClassName'] ?? '', ['storage', name, 'storageClass']),
    ],
    edits: [
      { path: [...place, 'spec', 'resources', 'requests', 'storage'], value: quoted(code('size')) },
      { path: [...place, 'spec', 'storageClassName'], value: when(code('storageClass'), quoted(code('storageClass'))) },
    ],
  };
}
