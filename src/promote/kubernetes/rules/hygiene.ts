import type { KubeObject } from '../object.ts';
import { at, listAt, textAt } from './data.ts';
import { checkEnvNames } from './env-names.ts';
import type { ObjectSet } from './object-set.ts';
import { namespaceOf, podOf, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';
import { selects } from './selector.ts';

export const HYGIENE = {
  'api-version': {
    says: 'The version of the API is a stable one.',
    kubeScore: ['stable-version'],
    kubeLinter: ['no-extensions-v1beta'],
  },
  'label-value': {
    says: 'A label has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit.',
    kubeScore: ['label-values'],
  },
  'image-tag': {
    says: 'An image has a tag other than `latest`, or a digest.',
    kubeScore: ['container-image-tag'],
    kubeLinter: ['latest-tag'],
    polaris: ['tagNotSpecified'],
  },
  namespace: {
    says: 'An object is in a namespace that is written down, and not in `default`.',
    kubeLinter: ['use-namespace'],
    optional: ['use-namespace'],
  },
  'instance-label': {
    says: 'The label `app.kubernetes.io/instance` of a workload is its name.',
    polaris: ['metadataAndInstanceMismatched'],
  },
  'selector-labels': {
    says: 'The selector of a workload selects the pods it makes.',
    kubeScore: [
      'deployment-pod-selector-labels-match-template-metadata-labels',
      'statefulset-pod-selector-labels-match-template-metadata-labels',
    ],
    kubeLinter: ['mismatching-selector'],
  },
  'port-name': {
    says: 'The name of a port has at most 15 lower-case letters, digits and `-`, with a letter, and is there once in a pod.',
    kubeScore: ['container-ports-check'],
    kubeLinter: ['invalid-target-ports'],
    optional: ['container-ports-check'],
  },
  'env-twice': {
    says: 'A variable is set once, by `env` or `envFrom`.',
    kubeScore: ['environment-variable-key-duplication'],
    kubeLinter: ['duplicate-env-var'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof HYGIENE>;

export function checkHygiene(set: ObjectSet, report: Wrong): void {
  for (const object of set.objects) {
    checkVersion(object, report);
    checkLabels(object, report);
    checkNamespace(object, report);
    if (object.kind === 'Service') checkTargetPorts(object, report);
  }
  for (const pod of set.pods) {
    checkImages(pod, report);
    checkIdentity(pod, report);
    checkPortNames(pod, report);
    checkEnvNames(pod, set, report);
  }
}

/** Groups of Kubernetes itself; projects around it ship what they call beta. */
const BUILT_IN =
  /^(?:apps|batch|policy|autoscaling|extensions|(?:networking|rbac\.authorization|storage|scheduling|apiextensions|admissionregistration|certificates|coordination|discovery|events|node|flowcontrol\.apiserver)\.k8s\.io)\//;

function checkVersion(object: KubeObject, report: Wrong): void {
  const { apiVersion, kind } = object;
  if (!BUILT_IN.test(apiVersion) || !/(?:alpha|beta)\d*$/.test(apiVersion)) return;
  report({
    rule: 'api-version',
    object,
    text: `${apiVersion} of ${kind} may be gone in the next release; use the stable version`,
    without: apiVersion.startsWith('extensions/') ? [] : ['no-extensions-v1beta'],
  });
}

const LABEL = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function checkLabels(object: KubeObject, report: Wrong): void {
  const wrong = (labels: Readonly<Record<string, string>> = {}, without: readonly string[]): void => {
    for (const [name, value] of Object.entries(labels))
      if (value.length > 63 || !LABEL.test(value))
        report({
          rule: 'label-value',
          object,
          text: `label ${name} cannot be ${JSON.stringify(value)}; write it with at most 63 letters, digits, -, _ and .`,
          without,
        });
  };
  wrong(object.metadata.labels, []);
  // kube-score does not look at templates.
  wrong(podOf(object)?.labels, ['label-values']);
}

const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'CSIDriver',
  'VolumeSnapshotClass',
  'RuntimeClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'PriorityClass',
  'CustomResourceDefinition',
  'APIService',
  'IngressClass',
  'GatewayClass',
  'ClusterIssuer',
  'ClusterSecretStore',
  'ClusterExternalSecret',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'CertificateSigningRequest',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ClusterTriggerAuthentication',
  'ClusterPolicy',
]);

function checkNamespace(object: KubeObject, report: Wrong): void {
  if (CLUSTER_WIDE.has(object.kind)) return;
  const namespace = namespaceOf(object);
  if (namespace === '')
    report({ rule: 'namespace', object, text: 'it goes wherever kubectl happens to point; set metadata.namespace' });
  if (namespace === 'default')
    report({
      rule: 'namespace',
      object,
      text: 'it is in the namespace default, as everything nobody placed; give it one of its own',
    });
}

function checkImages({ owner, containers }: Pod, report: Wrong): void {
  for (const { name, data } of containers) {
    const image = textAt(data, 'image') ?? '';
    if (image.includes('@sha256:')) continue;
    const tag = /:([^:/]+)$/.exec(image)?.[1];
    if (tag !== undefined && tag !== 'latest') continue;
    const what = image === '' ? 'there is no image' : `${image} is another image tomorrow`;
    report({
      rule: 'image-tag',
      object: owner,
      container: name,
      text: `${what}; name one with a tag, or by its digest`,
      // It takes what follows the port of a registry for a tag.
      without: tag === undefined && image.includes(':') ? ['container-image-tag'] : [],
    });
  }
}

function checkIdentity(pod: Pod, report: Wrong): void {
  const { owner, labels } = pod;
  const { name } = owner.metadata;
  const instance = owner.metadata.labels?.['app.kubernetes.io/instance'];
  if (instance !== name)
    report({
      rule: 'instance-label',
      object: owner,
      text: `its label app.kubernetes.io/instance is ${instance ?? 'not set'}; make it ${name}`,
    });
  // Jobs get their selector from the cluster.
  if (pod.ends || owner.kind === 'Pod') return;
  if (!selects(at(owner, 'spec', 'selector'), labels))
    report({
      rule: 'selector-labels',
      object: owner,
      text: 'its selector does not select the pods it makes; give the template the labels of spec.selector',
    });
}

function checkPortNames({ owner, containers }: Pod, report: Wrong): void {
  const seen = new Map<string, string>();
  for (const { name: container, data } of containers)
    for (const name of listAt(data, 'ports').flatMap((port) => textAt(port, 'name') ?? [])) {
      const other = seen.get(name);
      if (!isPortName(name))
        report({
          rule: 'port-name',
          object: owner,
          container,
          text: `${name} cannot name a port; take at most 15 lower-case letters, digits and -`,
        });
      else if (other !== undefined)
        report({
          rule: 'port-name',
          object: owner,
          container,
          text: `${other} has a port ${name}, too; name them apart`,
          without: ['invalid-target-ports'],
        });
      seen.set(name, container);
    }
}

function checkTargetPorts(object: KubeObject, report: Wrong): void {
  for (const name of listAt(object, 'spec', 'ports').flatMap((port) => textAt(port, 'targetPort') ?? []))
    if (!isPortName(name))
      report({
        rule: 'port-name',
        object,
        text: `targetPort ${name} cannot be the name of a port; a number is written without quotes`,
        without: ['container-ports-check'],
      });
}

function isPortName(name: string): boolean {
  return /^(?=.*[a-z])[a-z0-9](?:-?[a-z0-9])*$/.test(name) && name.length <= 15;
}
