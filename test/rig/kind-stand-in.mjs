#!/usr/bin/env node
// Stands in for kind where no node image is to be had: nodes are containers that answer at their ports and keep a list
// of images, the API is that of the rig. What it is asked is in calls.jsonl; what it says when it fails is in the words of kind.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const folder = process.env.KIND_STAND_IN ?? '';
const args = process.argv.slice(2);
const [verb, what] = args;
const after = (flag) => args[args.indexOf(flag) + 1] ?? '';
const name = args.includes('--name') ? after('--name') : 'kind';
const nodes = () =>
  execFileSync('docker', ['ps', '-aq', '--filter', `label=io.x-k8s.kind.cluster=${name}`], { encoding: 'utf8' })
    .split('\n')
    .filter((id) => id !== '');

appendFileSync(path.join(folder, 'calls.jsonl'), `${JSON.stringify(args)}\n`);
const scripted = path.join(folder, `fail-${verb}`);
if (existsSync(scripted)) fail(readFileSync(scripted, 'utf8'));

switch (`${verb} ${what}`) {
  case 'version -q':
    process.stdout.write('0.33.0\n');
    break;
  case 'create cluster':
    create(JSON.parse(readFileSync(0, 'utf8')));
    break;
  case 'export kubeconfig':
    writeKubeconfig();
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
    for (const id of nodes()) execFileSync('docker', ['rm', '-f', '-v', id], { stdio: 'ignore' });
    rmSync(after('--kubeconfig'), { force: true });
    process.stderr.write(`Deleted nodes: ["${name}-control-plane"]\n`);
    break;
  default:
    fail(`ERROR: unknown command ${args.join(' ')}`);
}

function create(config) {
  if (nodes().length > 0)
    fail(`ERROR: failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  process.stderr.write(`Creating cluster "${name}" ...\n`);
  const mappings = config.nodes.flatMap(({ extraPortMappings = [] }) => extraPortMappings);
  const served = mappings.map(({ containerPort }) => containerPort);
  const script = `for (const port of ${JSON.stringify(served)}) require('http').createServer((_, answer) => answer.end('served')).listen(port, '0.0.0.0'); process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1e9)`;
  config.nodes.forEach(({ role }, at) => {
    const suffix = role === 'control-plane' ? role : `worker${at === 1 ? '' : at}`;
    const ports = role === 'control-plane' ? mappings : [];
    const published = ports.map(
      ({ listenAddress, hostPort, containerPort, protocol }) =>
        `--publish=${listenAddress}:${hostPort}:${containerPort}/${protocol.toLowerCase()}`,
    );
    const labels = [`--label=io.x-k8s.kind.cluster=${name}`, `--label=io.x-k8s.kind.role=${role}`];
    const named = ['-d', '--name', `${name}-${suffix}`, '--hostname', `${name}-${suffix}`];
    const run = ['run', ...named, ...labels, ...published, '--entrypoint', 'node', 'node:20-alpine', '-e', script];
    const ran = spawnSync('docker', run, { encoding: 'utf8' });
    if (ran.status !== 0)
      fail(
        `ERROR: failed to create cluster: command "docker run" failed with error: exit status 125\nCommand Output: ${ran.stderr}`,
      );
    const crictl = '#!/bin/sh\ncat /images.json 2>/dev/null || echo \'{"images":[]}\'\n';
    docker(
      [
        'exec',
        '-i',
        '--user',
        '0',
        `${name}-${suffix}`,
        'sh',
        '-c',
        'cat > /usr/bin/crictl; chmod 755 /usr/bin/crictl',
      ],
      crictl,
    );
    const toml = (config.containerdConfigPatches ?? []).join('');
    const write = 'mkdir -p /etc/containerd; cat > /etc/containerd/config.toml';
    docker(['exec', '-i', '--user', '0', `${name}-${suffix}`, 'sh', '-c', write], toml);
  });
  writeKubeconfig();
}

function writeKubeconfig() {
  copyFileSync(process.env.KIND_STAND_IN_KUBECONFIG ?? '', after('--kubeconfig'));
  chmodSync(after('--kubeconfig'), 0o600);
}

function load(images) {
  if (nodes().length === 0) fail(`ERROR: no nodes found for cluster "${name}"`);
  for (const image of images) {
    const here = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
    if (here.status !== 0) fail(`ERROR: image: "${image}" not present locally`);
  }
  for (const id of nodes()) {
    const before = JSON.parse(docker(['exec', id, 'crictl', 'images', '-o', 'json']));
    const added = images.map((image) => ({
      repoTags: [image.split('/').length === 1 ? `docker.io/library/${image}` : `docker.io/${image}`],
    }));
    docker(
      ['exec', '-i', '--user', '0', id, 'sh', '-c', 'cat > /images.json'],
      JSON.stringify({ images: [...before.images, ...added] }),
    );
  }
}

function docker(words, input = '') {
  return execFileSync('docker', words, { encoding: 'utf8', input });
}

function fail(text) {
  process.stderr.write(`${text.trim()}\n`);
  process.exit(1);
}
