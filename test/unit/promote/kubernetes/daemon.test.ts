import { expect, test } from 'vitest';
import { container, postgres, service, worker } from '../../../../src/index.ts';
import { canaryOf } from '../../../../src/promote/delivery/canary.ts';
import { argoPatches } from '../../../../src/promote/delivery/argocd.ts';
import { dataAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { workflowText } from '../../../rig/delivery.ts';
import { promoteToHelm, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const db = postgres();
const node = { cwd: 'api', dev: 'node agent.mjs' } as const;
const agent = service({
  ...node,
  env: { DATABASE_URL: db.url },
  metrics: { path: '/metrics' },
  deploy: { kind: 'daemon', ingress: { className: 'nginx' } },
});
const tail = worker({ ...node, deploy: { kind: 'daemon' } });
const stack = stackOf({ db, agent, tail });
const made = promoteToKubernetes(stack);
const kindsOf = (name: string) => made.objects.filter(({ metadata }) => metadata.name === name).map(({ kind }) => kind);

test('what is on each node is a DaemonSet, with a Service where it has ports', () => {
  const workload = ['ServiceAccount', 'ConfigMap', 'Service', 'DaemonSet', 'Ingress', 'NetworkPolicy'];
  expect(kindsOf('agent')).toEqual(workload.filter((kind) => kind !== 'ConfigMap'));
  expect(kindsOf('tail')).toEqual(['ServiceAccount', 'DaemonSet', 'NetworkPolicy']);
  const set = made.objects.find(({ kind }) => kind === 'DaemonSet');
  const { template, ...spec } = dataAt(set, 'spec');
  expect(spec).toEqual({
    selector: { matchLabels: { 'app.kubernetes.io/name': 'agent', 'app.kubernetes.io/instance': 'agent' } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    revisionHistoryLimit: 5,
  });
  expect(Object.keys(dataAt(template, 'spec'))).not.toContain('affinity');
  expect(Object.keys(dataAt(template, 'spec'))).not.toContain('topologySpreadConstraints');
  const { violations, exemptions } = judge(made.objects);
  expect(violations).toEqual([]);
  expect(exemptions.filter(({ rule }) => rule === 'topology-spread').map(({ object }) => object.kind)).toEqual([
    'DaemonSet',
    'DaemonSet',
  ]);
});

test('no overlay has a number for it, and its Secrets begin it anew', () => {
  for (const { folder, sources } of made.overlays) {
    expect(made.tree.get(`${folder}/kustomization.yaml`)).not.toContain('count:');
    expect(sources.map(({ name, controllers }) => [name, controllers.map(({ kind }) => kind)])).toEqual([
      ['db-app', ['StatefulSet', 'DaemonSet']],
    ]);
  }
  const store = { name: 'vault', kind: 'ClusterSecretStore' } as const;
  const followed = promoteToKubernetes(stack, { kind: 'external-secrets', store });
  expect(followed.tree.get('deploy/k8s/overlays/production/kustomization.yaml')).toContain('kind: DaemonSet');
  const script = promoteToKubernetes(stack, { kind: 'kubectl' }).tree.get(
    'deploy/k8s/overlays/production/create-secrets.sh',
  );
  expect(script).toContain('renew statefulset/db daemonset/agent');
});

test('whoever brings it into a cluster knows of it', () => {
  expect(workflowText(stack, made)).toContain('get deployments,statefulsets,daemonsets -l');
  expect(argoPatches(made)).toEqual([]);
  expect(canaryOf(made, 10)).toMatchObject({
    objects: [],
    notes: [{ resource: 'agent', text: 'has no canary: there is one on each node' }],
  });
  const measured = promoteToKubernetes(stack, undefined, 'annotations').tree;
  expect(measured.get('deploy/k8s/components/monitoring/agent-annotations.yaml')).toContain('kind: DaemonSet');
  const { tree, folder } = promoteToHelm(stack);
  expect(tree.get(`${folder}/templates/NOTES.txt`)).toContain('rollout restart deployment,statefulset,daemonset');
  expect(tree.get(`${folder}/templates/agent/daemonset.yaml`)).toContain('{{- with $values.tolerations }}');
  expect(tree.get(`${folder}/values.yaml`)).not.toMatch(/tail:[^]*topologySpreadConstraints/);
});

test('one that is not to start by itself does, and a volume of it is of all nodes', () => {
  const idle = worker({ ...node, autostart: false, deploy: { kind: 'daemon' } });
  const cache = container({
    image: 'registry.example.com/cache:1',
    volumes: { data: '/data' },
    deploy: { kind: 'daemon' },
  });
  const { notes, objects } = promoteToKubernetes(stackOf({ idle, cache }));
  expect(notes.map(({ resource, text }) => `${resource}: ${text}`)).toEqual(
    expect.arrayContaining([
      'idle: it runs on each node all the time there: a DaemonSet has no number',
      'cache: several pods have the volume data: the cluster needs storage that many nodes write to (ReadWriteMany)',
    ]),
  );
  expect(objects.map(({ kind }) => kind)).toContain('PersistentVolumeClaim');
});
