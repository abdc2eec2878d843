import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { clusterPlace } from '../../src/cli/promote/kind/place.ts';
import type { ClusterPlace } from '../../src/cli/promote/kind/place.ts';
import { providers } from '../../src/cluster/providers.ts';
import type { LocalCluster } from '../../src/core/cluster.ts';
import { startCluster } from '../rig/cluster/cluster.ts';
import type { TestCluster } from '../rig/cluster/cluster.ts';
import { devstack } from '../rig/devstack.ts';
import type { Running } from '../rig/devstack.ts';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { describeDocker, engine } from './engine-rig.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const standIn = (tool: LocalCluster): string =>
  `#!/bin/sh\nexec '${process.execPath}' '${repository}/test/rig/${tool}-stand-in.mjs' "$@"\n`;
const clients = kubernetesClientsHere();
const why = 'reason' in clients ? ` (skipped: ${clients.reason})` : '';
const kubectl = 'folder' in clients ? path.join(clients.folder, 'kubectl') : '';
const LABELS: Readonly<Record<LocalCluster, string>> = {
  kind: 'io.x-k8s.kind.cluster',
  k3d: 'k3d.cluster',
  minikube: 'name.minikube.sigs.k8s.io',
};
let count = 0;

/** A suite that needs an engine and kubectl. */
export function describeKind(name: string, body: () => void): void {
  (why === '' ? describeDocker : describe.skip)(`${name}${why}`, body);
}

/** A folder with a program, the API of a cluster, and a tool (kind) that makes containers of this engine its nodes. */
export interface KindRig extends AsyncDisposable {
  readonly root: string;
  readonly name: string;
  readonly cluster: TestCluster;
  /** `bin` is in the path; what the tool was asked is in `calls.jsonl`. */
  readonly tools: string;
  /** Free, and smaller than `spare`. */
  readonly port: number;
  readonly spare: number;
  write(file: string, text: string): void;
  place(): ClusterPlace;
  env(): Record<string, string>;
  run(...args: readonly string[]): Running;
  promote(...args: readonly string[]): Running;
  calls(verb: string): readonly string[];
  containers(): Promise<readonly (readonly string[])[]>;
  installKind(): void;
}

export async function createKindRig(tool: LocalCluster = 'kind'): Promise<KindRig> {
  const provider = providers[tool];
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-kind-')));
  const name = `kd${process.pid}-${++count}`;
  const free = [await freePort(), await freePort()];
  const tools = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-kind-tools-')));
  mkdirSync(path.join(tools, 'bin'), { recursive: true });
  const installKind = () => writeFileSync(path.join(tools, 'bin', tool), standIn(tool), { mode: 0o755 });
  installKind();
  symlinkSync(kubectl, path.join(tools, 'bin/kubectl'));
  mkdirSync(path.join(root, 'node_modules'));
  symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('package.json', '{"name":"app","type":"module"}');
  write('server.mjs', `// ${name}\nimport http from 'node:http';\nhttp.createServer().listen(process.env.PORT);\n`);
  const place = () => clusterPlace({ name, root }, provider);
  const cluster = await startCluster({ context: provider.contextOf(place().name) });
  const env = () => ({
    PATH: `${path.join(tools, 'bin')}:${process.env['PATH']}`,
    KIND_STAND_IN: tools,
    KIND_STAND_IN_KUBECONFIG: cluster.kubeconfig,
    KUBECACHEDIR: cluster.env.KUBECACHEDIR,
  });
  const run = (...args: readonly string[]) => devstack(args, { cwd: root, env: env() });
  const promote = (...args: readonly string[]) => run('promote', '--to', tool, ...args);
  const containers = async () => {
    const filters = { label: [`${LABELS[tool]}=${place().name}`] };
    return (await engine().docker.listContainers({ all: true, filters })).map(({ Names }) => Names);
  };
  return {
    root,
    name,
    cluster,
    tools,
    port: Math.min(...free),
    spare: Math.max(...free),
    write,
    place,
    env,
    run,
    promote,
    calls: (verb) =>
      readFileSync(path.join(tools, 'calls.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`["${verb}"`)),
    containers,
    installKind,
    async [Symbol.asyncDispose]() {
      await promote('--delete', '--yes').finished;
      const left = await containers();
      await cluster[Symbol.asyncDispose]();
      const images = await engine().docker.listImages();
      for (const tag of images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((one) => one.startsWith(`${name}/`)))
        await engine().docker.getImage(tag).remove({ force: true });
      for (const folder of [root, tools]) rmSync(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${left.join(' ')}`);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
