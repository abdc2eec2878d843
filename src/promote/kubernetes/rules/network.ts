import type { KubeObject } from '../object.ts';
import { at, isData, listAt, textAt, textFieldsAt, textsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import { kindIs, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';
import { selects } from './selector.ts';

export const NETWORK = {
  isolated: {
    says: 'NetworkPolicies say who reaches a pod and whom it reaches.',
    kubeScore: ['pod-networkpolicy'],
    kubeLinter: ['non-isolated-pod'],
    polaris: ['missingNetworkPolicy'],
    optional: ['non-isolated-pod'],
  },
  'policy-form': {
    says: 'One of them has rules both ways and selects the pod by exactly one label, which is what Polaris can read.',
    polaris: ['missingNetworkPolicy'],
  },
  'name-lookup': {
    says: 'What a pod may reach includes DNS: port 53, UDP and TCP.',
  },
  'service-type': {
    says: 'A Service is reached inside the cluster; what is for the world goes through an Ingress or a Gateway.',
    kubeScore: ['service-type'],
    kubeLinter: ['exposed-services'],
    optional: ['exposed-services'],
  },
  'ingress-tls': {
    says: 'An Ingress has a certificate.',
    polaris: ['tlsSettingsMissing'],
  },
  'host-network': {
    says: 'A pod has a network of its own.',
    kubeLinter: ['host-network'],
    polaris: ['hostNetworkSet'],
  },
  'host-pid': {
    says: 'A pod does not see processes of the host.',
    kubeLinter: ['host-pid'],
    polaris: ['hostPIDSet'],
  },
  'host-ipc': {
    says: 'A pod does not share memory with the host.',
    kubeLinter: ['host-ipc'],
    polaris: ['hostIPCSet'],
  },
  'host-port': {
    says: 'A container takes no port of the host.',
    polaris: ['hostPortSet'],
  },
  'host-path': {
    says: 'A pod has no folder and no socket of the host.',
    kubeLinter: ['docker-sock', 'sensitive-host-mounts'],
    polaris: ['hostPathSet'],
  },
  'ssh-port': {
    says: 'No container serves SSH.',
    kubeLinter: ['ssh-port'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof NETWORK>;

export function checkNetwork(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) {
    checkPolicies(pod, set, report);
    checkHost(pod, report);
  }
  for (const object of set.objects) {
    if (kindIs(object, 'Service')) checkType(object, report);
    if (kindIs(object, 'Ingress', 'networking.k8s.io') && listAt(object, 'spec', 'tls').length === 0)
      report({ rule: 'ingress-tls', object, text: 'passwords and cookies travel in the open; set spec.tls' });
  }
}

function checkPolicies(pod: Pod, set: ObjectSet, report: Wrong): void {
  const object = pod.owner;
  const policies = set.policiesOf(pod);
  const open = (['Ingress', 'Egress'] as const).filter(
    (way) => !policies.some((policy) => waysOf(policy).includes(way)),
  );
  if (open.length > 0) {
    const what = open.length === 2 ? 'no NetworkPolicy selects it' : `no NetworkPolicy for ${open.join('')} selects it`;
    report({
      rule: 'isolated',
      object,
      text: `${what}; add one for Ingress and Egress`,
      without: policies.length > 0 ? ['non-isolated-pod'] : [],
    });
    return;
  }
  if (!policies.some((policy) => isReadable(policy, pod)))
    report({
      rule: 'policy-form',
      object,
      text: 'no NetworkPolicy has ingress and egress rules and selects it by exactly one label; write one, or exempt it where nobody is to reach it',
    });
  if (!looksUpNames(policies.flatMap((policy) => listAt(policy, 'spec', 'egress'))))
    report({
      rule: 'name-lookup',
      object,
      text: 'its NetworkPolicies let no name be looked up; allow egress to port 53, UDP and TCP, of kube-dns',
    });
}

/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ says what is meant when none is written. */
function waysOf(policy: KubeObject): readonly string[] {
  const written = textsAt(policy, 'spec', 'policyTypes');
  if (written.length > 0) return written;
  return listAt(policy, 'spec', 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** What the schema of missingNetworkPolicy of Polaris asks for; its `oneOf` fails for two labels. */
function isReadable(policy: KubeObject, { labels }: Pod): boolean {
  const wanted = Object.entries(textFieldsAt(policy, 'spec', 'podSelector', 'matchLabels'));
  return (
    wanted.filter(([name, value]) => labels[name] === value).length === 1 &&
    listAt(policy, 'spec', 'ingress').length > 0 &&
    listAt(policy, 'spec', 'egress').length > 0 &&
    (at(policy, 'spec', 'policyTypes') === undefined || waysOf(policy).length === 2)
  );
}

const KUBE_SYSTEM = { 'kubernetes.io/metadata.name': 'kube-system' };

function looksUpNames(rules: readonly unknown[]): boolean {
  const toDns = rules.filter((rule) => {
    const peers = listAt(rule, 'to');
    return peers.length === 0 || peers.some(isDns);
  });
  return ['UDP', 'TCP'].every((protocol) =>
    toDns.some((rule) => {
      const ports = listAt(rule, 'ports');
      return (
        ports.length === 0 ||
        ports.some((port) => at(port, 'port') === 53 && (textAt(port, 'protocol') ?? 'TCP') === protocol)
      );
    }),
  );
}

function isDns(peer: unknown): boolean {
  const pods = at(peer, 'podSelector');
  if (isData(at(peer, 'ipBlock'))) return textAt(peer, 'ipBlock', 'cidr')?.endsWith('/0') === true;
  return (
    selects(at(peer, 'namespaceSelector'), KUBE_SYSTEM) &&
    (pods === undefined || selects(pods, { 'k8s-app': 'kube-dns' }))
  );
}

function checkHost({ owner: object, spec, containers }: Pod, report: Wrong): void {
  if (at(spec, 'hostNetwork') === true)
    report({
      rule: 'host-network',
      object,
      text: 'it listens and calls as the host does, past every NetworkPolicy; take hostNetwork out',
    });
  if (at(spec, 'hostPID') === true)
    report({ rule: 'host-pid', object, text: 'it sees and ends processes of the host; take hostPID out' });
  if (at(spec, 'hostIPC') === true)
    report({ rule: 'host-ipc', object, text: 'it reads memory of the host; take hostIPC out' });
  for (const path of listAt(spec, 'volumes').flatMap((volume) => textAt(volume, 'hostPath', 'path') ?? []))
    report({
      rule: 'host-path',
      object,
      text: `${path} is of the host; take a volume claim or an emptyDir`,
      without: [
        ...(path.includes('docker.sock') ? [] : ['docker-sock']),
        ...(/^\/(?:boot|dev|etc|lib|proc|sys|usr)?$/.test(path) ? [] : ['sensitive-host-mounts']),
      ],
    });
  for (const { name: container, data } of containers)
    for (const port of listAt(data, 'ports')) {
      const host = at(port, 'hostPort');
      if (host !== undefined && host !== 0)
        report({
          rule: 'host-port',
          object,
          container,
          text: `only one such pod fits on a host with hostPort ${JSON.stringify(host)}; put a Service before it`,
        });
      if (at(port, 'containerPort') === 22 && (textAt(port, 'protocol') ?? 'TCP') === 'TCP')
        report({
          rule: 'ssh-port',
          object,
          container,
          text: 'port 22 is for logins; use kubectl exec, and take it out',
        });
    }
}

function checkType(object: KubeObject, report: Wrong): void {
  const type = textAt(object, 'spec', 'type');
  if (type === 'NodePort' || type === 'LoadBalancer')
    report({
      rule: 'service-type',
      object,
      text: `${type} opens it to the outside; make it a ClusterIP behind an Ingress or a Gateway`,
      without: type === 'NodePort' ? [] : ['service-type'],
    });
}
