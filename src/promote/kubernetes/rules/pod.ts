import type { KubeObject } from '../object.ts';
import { at, dataAt, listAt, numberAt, textAt, textFieldsAt, type Data } from './data.ts';

/** What an object makes pods from, in one form for all kinds of workload. */
export interface Pod {
  readonly owner: KubeObject;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Data;
  readonly containers: readonly Container[];
  /** It ends by itself: of a Job or CronJob. */
  readonly ends: boolean;
  /** Undefined where it is left to the default, or to an autoscaler. */
  readonly replicas: number | undefined;
}

export interface Container {
  readonly name: string;
  readonly isInit: boolean;
  readonly data: Data;
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
/** Other projects have kinds with these names: Knative a Service, Argo a Rollout. */
const GROUPS: readonly string[] = ['v1', 'apps/', 'batch/', 'extensions/'];

export function podOf(object: KubeObject): Pod | undefined {
  const path = Object.hasOwn(TEMPLATES, object.kind) ? TEMPLATES[object.kind] : undefined;
  const isKnown = GROUPS.some((group) => object.apiVersion === group || object.apiVersion.startsWith(group));
  if (path === undefined || !isKnown) return undefined;
  const template = dataAt(object, ...path);
  const spec = dataAt(template, 'spec');
  return {
    owner: object,
    namespace: namespaceOf(object),
    labels: textFieldsAt(template, 'metadata', 'labels'),
    annotations: textFieldsAt(template, 'metadata', 'annotations'),
    spec,
    containers: [...containersOf(spec, 'initContainers', true), ...containersOf(spec, 'containers', false)],
    ends: object.kind === 'Job' || object.kind === 'CronJob',
    replicas: numberAt(object, 'spec', 'replicas'),
  };
}

function containersOf(spec: Data, field: string, isInit: boolean): readonly Container[] {
  return listAt(spec, field).map((one) => ({ name: textAt(one, 'name') ?? '', isInit, data: dataAt(one) }));
}

export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? '';
}

/** A field of the security context that the container may set and else has from its pod. */
export function securityOf({ spec }: Pod, { data }: Container, field: string): unknown {
  return at(data, 'securityContext', field) ?? at(spec, 'securityContext', field);
}

/** `spec.strategy.type` and others have a default: what nobody wrote is undefined. */
export function kindIs(object: KubeObject, kind: string, group = ''): boolean {
  return (
    object.kind === kind &&
    (group === '' ? !object.apiVersion.includes('/') : object.apiVersion.startsWith(`${group}/`))
  );
}
