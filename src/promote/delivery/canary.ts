import { buildsOf } from '../builds.ts';
import {
  controllerKind,
  frontDoorOf,
  instanceOf,
  isDaemon,
  labelsOf,
  protocolOf,
  replicasOf,
} from '../kubernetes/cluster.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { TAG } from '../kubernetes/container.ts';
import type { KubernetesOutput, ServiceObjects } from '../kubernetes/index.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { dataAt, isData, textAt } from '../kubernetes/rules/data.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import { generatedBy } from '../tree.ts';
import type { FileTree } from '../tree.ts';
import type { Note, Workload } from '../workload.ts';
import { releaseFolder, releasedImages } from './release.ts';
import type { Release } from './release.ts';

/** What is there only while a new version is tried; so it is found, and taken away. */
const TRACK = 'devstack.dev/track';
const INSTANCE = 'app.kubernetes.io/instance';
const KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'Service',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'Ingress',
]);

export interface Canary {
  readonly objects: readonly KubeObject[];
  /** Whose version is tried. */
  readonly workloads: readonly Workload[];
  /** Who has a way in, but none that can be shared. */
  readonly notes: readonly Note[];
}

/** A second Deployment of what is reached from outside, and a route that leads so many of a hundred requests to it. */
export function canaryOf({ services, cluster }: KubernetesOutput, weight: number): Canary {
  const open = services.filter(({ workload }) => frontDoorOf(workload) && replicasOf(workload) > 0);
  const tried = open.filter(
    ({ workload }) =>
      workload.image.kind === 'built' &&
      controllerKind(workload, cluster.workloads) === 'Deployment' &&
      isWeighted(workload),
  );
  const names = new Set(tried.map(({ workload }) => workload.name));
  const reached = cluster.workloads.flatMap((target) => {
    const clients = tried.map(({ workload }) => workload).filter(({ reaches }) => reaches.includes(target.name));
    return clients.length > 0 && target.ports.length > 0 ? [admission(target, clients, cluster)] : [];
  });
  return {
    objects: [...tried.flatMap((one) => secondOf(one, weight)), ...reached],
    workloads: tried.map(({ workload }) => workload),
    notes: open
      .filter(({ workload }) => !names.has(workload.name))
      .map(({ workload }) => ({
        at: workload.at,
        resource: workload.name,
        text: `has no canary: ${whyNot(workload)}`,
      })),
  };
}

/** An Ingress has no weights but in the annotations of a controller. */
function isWeighted({ cluster: { ingress } }: Workload): boolean {
  return ingress?.className === 'nginx';
}

function whyNot(workload: Workload): string {
  if (workload.image.kind !== 'built') return 'its image is not built here';
  if (!isWeighted(workload)) return "requests are shared by the controller of deploy.ingress.className: 'nginx' alone";
  return isDaemon(workload) ? 'there is one on each node' : 'it has data of its own';
}

function secondOf({ workload, objects }: ServiceObjects, weight: number): readonly KubeObject[] {
  const { name } = workload;
  const second = `${name}-canary`;
  return objects
    .filter((object) => KINDS.has(object.kind))
    .map((object): KubeObject => {
      const renamed = dataAt(withInstance(object, name, second));
      const { metadata, kind, apiVersion } = object;
      const labels = { ...metadata.labels, [INSTANCE]: second, [TRACK]: 'canary' };
      const made: KubeObject = { ...renamed, apiVersion, kind, metadata: { ...metadata, name: second, labels } };
      if (kind === 'Ingress') return weighted(made, weight);
      if (kind !== 'Deployment') return made;
      // As many of it as of its share, and two for an update without a gap.
      const all = replicasOf(workload);
      const replicas = Math.min(all, Math.max(2, Math.ceil((all * weight) / 100)));
      return { ...made, spec: { replicas, ...without(dataAt(made['spec']), 'replicas') } };
    });
}

function without(data: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== field));
}

/** The same with every selector and label of these pods, and every backend, as of the others. */
function withInstance(value: unknown, name: string, second: string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => withInstance(one, name, second));
  if (!isData(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (key === INSTANCE && one === name) return [key, second];
      if (key === 'service' && textAt(one, 'name') === name) return [key, { ...dataAt(one), name: second }];
      return [key, withInstance(one, name, second)];
    }),
  );
}

/** https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary */
function weighted(ingress: KubeObject, weight: number): KubeObject {
  const annotations = {
    'nginx.ingress.kubernetes.io/canary': 'true',
    'nginx.ingress.kubernetes.io/canary-weight': String(weight),
  };
  return { ...ingress, metadata: { ...ingress.metadata, annotations } };
}

/** Lets them in where the others are let in. */
function admission(target: Workload, clients: readonly Workload[], cluster: Cluster): KubeObject {
  const podsOf = (instance: string) => ({ podSelector: { matchLabels: { [INSTANCE]: instance } } });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: `${target.name}-from-canary`,
      namespace: cluster.namespace,
      labels: { ...labelsOf(target, cluster), [TRACK]: 'canary' },
    },
    spec: {
      ...podsOf(instanceOf(target)),
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: clients.map(({ name }) => podsOf(`${name}-canary`)),
          ports: target.ports.map((port) => ({ protocol: protocolOf(port), port: port.number })),
        },
      ],
    },
  };
}

/** Below the root: what is tried, and what runs with it. */
export function canaryFolder(folder: string): string {
  return `${folder}/canary`;
}

/** Generated: it is part of a release, which has everything it names. */
export function canaryFiles({ objects }: Canary, release: Release, command: string): FileTree {
  const head = generatedBy(command, 'What is tried is said in releases/canary/new.');
  const folder = canaryFolder(release.folder);
  const kustomization = { ...KUSTOMIZATION, resources: ['canary.yaml'] };
  return new Map([
    [`${folder}/kustomization.yaml`, yamlText(head, [kustomization])],
    [`${folder}/canary.yaml`, yamlText(head, objects)],
  ]);
}

/** Written once: what runs in production, and beside it the version that is tried. */
export function canaryReleaseFiles({ workloads }: Canary, release: Release): FileTree {
  const own = new Set(buildsOf(workloads).map(({ name }) => `${release.imagePrefix}/${name}`));
  const images = releasedImages(release).filter(({ newName }) => own.has(newName));
  const folder = releaseFolder(release.folder, 'canary');
  const head = ['devstack wrote this once and leaves it alone.'];
  return new Map([
    [`${folder}/kustomization.yaml`, yamlText(head, [{ ...KUSTOMIZATION, resources: ['../production', 'new'] }])],
    [
      `${folder}/new/kustomization.yaml`,
      yamlText(
        [...head, 'The version that is tried: kustomize edit set image, here.'],
        [
          {
            ...KUSTOMIZATION,
            resources: ['../../../canary'],
            images: images.map((image) => ({ ...image, newTag: TAG })),
          },
        ],
      ),
    ],
  ]);
}

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
