import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { createApiServer } from './http/server.ts';
import type { Request } from './journal.ts';
import { BUILTIN, resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { PodLogs } from './life/logs.ts';
import type { World } from './life/world.ts';
import { Loop } from './loop.ts';
import type { KubeObject, StoredObject } from './object.ts';
import { fateOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { Store } from './store.ts';
import { withDefaults } from './writes/defaults.ts';

export interface ClusterOptions {
  /** Of the kubeconfig: `kind-devstack-shop`. */
  readonly context: string;
  /** By the name of a pod, of an app, of a Job or of a container; the others become ready. */
  readonly script?: Readonly<Record<string, Outcome>>;
  /** Kinds of operators that are installed. */
  readonly kinds?: readonly Kind[];
  /** Where the kubeconfig goes, if not into a folder of its own. */
  readonly kubeconfig?: string;
}

/** A small cluster without containers: the API that clients see, and pods that fare as a test says. */
export interface TestCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  /** For a client: its kubeconfig, and a cache of its own. */
  readonly env: { readonly KUBECONFIG: string; readonly KUBECACHEDIR: string };
  readonly url: string;
  /** All requests so far. */
  readonly journal: readonly Request[];
  /** From now on: pods that run already take that turn. */
  fares(name: string, outcome: Outcome): void;
  /** Lets pods that were held become ready, or complete. */
  release(name: string): void;
  /** A container of every pod of that name writes a line. */
  prints(name: string, line: string): void;
  /** What is executed in pods of that name runs in a container of the engine. */
  standsFor(name: string, container: string): void;
  /** Of a kind (`Deployment`), in all namespaces. */
  objects(kind: string): readonly StoredObject[];
  /** Resolves when nothing moves any more. */
  settled(): Promise<void>;
}

export async function startCluster(options: ClusterOptions): Promise<TestCluster> {
  const { context, script = {}, kinds = [] } = options;
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-cluster-')));
  const kubeconfig = options.kubeconfig ?? path.join(folder, 'kubeconfig');
  const world: World = {
    store: new Store(),
    kinds: [...BUILTIN, ...kinds],
    script: new Map(Object.entries(script)),
    logs: new PodLogs(),
    standIns: new Map(),
    node: `${context.replace(/^kind-/, '')}-control-plane`,
  };
  const loop = new Loop(world);
  const journal: Request[] = [];
  for (const object of bootstrap(world.node)) {
    const kind = world.kinds.find((one) => one.kind === object.kind);
    if (kind) world.store.write(resourceOf(kind), withDefaults(kind, object, world.store));
  }
  await loop.turn();
  const server = createApiServer({
    world,
    onRequest(request) {
      journal.push(request);
      if (request.hasChanged) void loop.turn();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  writeFileSync(kubeconfig, configText(context, url), { mode: 0o600 });
  const fares = (name: string, outcome: Outcome) => {
    world.script.set(name, outcome);
    void loop.turn();
  };
  return {
    kubeconfig,
    env: { KUBECONFIG: kubeconfig, KUBECACHEDIR: path.join(folder, 'cache') },
    url,
    journal,
    fares,
    release: (name) => fares(name, { kind: 'ready' }),
    prints(name, line) {
      const alone = new Map<string, Outcome>([[name, { kind: 'held' }]]);
      for (const pod of world.store.list('pods')) {
        const { outcome, container } = fateOf(pod, alone);
        if (outcome.kind === 'held') world.logs.write(pod.metadata.uid, container, [line]);
      }
    },
    standsFor: (name, container) => void world.standIns.set(name, container),
    objects(kind) {
      const found = world.kinds.find((one) => one.kind === kind);
      return found ? world.store.list(resourceOf(found)) : [];
    },
    settled: () => loop.turn(),
    async [Symbol.asyncDispose]() {
      loop.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What kind puts into a cluster that somebody could run into. */
function bootstrap(node: string): readonly KubeObject[] {
  const names = ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'local-path-storage'];
  return [
    ...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node, labels: { 'kubernetes.io/hostname': node, 'node-role.kubernetes.io/control-plane': '' } },
      status: {
        capacity: { cpu: '4', memory: '8Gi', pods: '110' },
        allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
        ],
      },
    },
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  ];
}

/** Without a name or a token: clients send none over plain HTTP. */
function configText(context: string, server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: context, cluster: { server } }],
    users: [{ name: context, user: {} }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
  });
}
