#!/usr/bin/env node
// Stands in for kind where no node image is to be had: nodes are containers that answer at their ports and keep a list
// of images, the API is that of the rig. What it is asked is in calls.jsonl; what it says when it fails is in the words of kind.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  addImages,
  args,
  docker,
  fail,
  given,
  makeNode,
  nodesOf,
  removeNodes,
  writeKubeconfig,
} from './stand-in-nodes.mjs';

const [verb, what] = args;
const name = args.includes('--name') ? given('--name') : 'kind';
const nodes = () => nodesOf(`io.x-k8s.kind.cluster=${name}`);

switch (`${verb} ${what}`) {
  case 'version -q':
    process.stdout.write('0.33.0\n');
    break;
  case 'create cluster':
    create(JSON.parse(readFileSync(0, 'utf8')), given('--kubeconfig'));
    break;
  case 'export kubeconfig':
    writeKubeconfig(given('--kubeconfig'));
    break;
  case 'export logs':
    mkdirSync(args[2] ?? '', { recursive: true });
    writeFileSync(path.join(args[2] ?? '', 'kubelet.log'), 'kubelet: its own words\n');
    break;
  case 'load docker-image':
    load(args.slice(2).filter((arg, at, all) => arg !== '--name' && all[at - 1] !== '--name'));
    break;
  case 'load image-archive': {
    const [archive = ''] = args.slice(2);
    const manifest = JSON.parse(execFileSync('tar', ['-xOf', archive, 'manifest.json'], { encoding: 'utf8' }));
    load(manifest.flatMap(({ RepoTags }) => RepoTags ?? []));
    break;
  }
  case 'delete cluster':
    removeNodes(nodes());
    rmSync(given('--kubeconfig'), { force: true });
    process.stderr.write(`Deleted nodes: ["${name}-control-plane"]\n`);
    break;
  default:
    fail(`ERROR: unknown command ${args.join(' ')}`);
}

function create(config, kubeconfig) {
  if (nodes().length > 0)
    fail(`ERROR: failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  process.stderr.write(`Creating cluster "${name}" ...\n`);
  const mappings = config.nodes.flatMap(({ extraPortMappings = [] }) => extraPortMappings);
  const served = mappings.map(({ containerPort }) => containerPort);
  config.nodes.forEach(({ role }, at) => {
    const node = `${name}-${role === 'control-plane' ? role : `worker${at === 1 ? '' : at}`}`;
    const ports = role === 'control-plane' ? mappings : [];
    const published = ports.map(
      ({ listenAddress, hostPort, containerPort, protocol }) =>
        `${listenAddress}:${hostPort}:${containerPort}/${protocol.toLowerCase()}`,
    );
    const labels = [`io.x-k8s.kind.cluster=${name}`, `io.x-k8s.kind.role=${role}`];
    const refused = makeNode({ node, labels, published, served });
    if (refused)
      fail(
        `ERROR: failed to create cluster: command "docker run" failed with error: exit status 125\nCommand Output: ${refused}`,
      );
    const toml = (config.containerdConfigPatches ?? []).join('');
    const write = 'mkdir -p /etc/containerd; cat > /etc/containerd/config.toml';
    docker(['exec', '-i', '--user', '0', node, 'sh', '-c', write], toml);
  });
  writeKubeconfig(kubeconfig);
}

function load(images) {
  if (nodes().length === 0) fail(`ERROR: no nodes found for cluster "${name}"`);
  const missing = addImages(nodes(), images);
  if (missing) fail(`ERROR: image: "${missing}" not present locally`);
}
