// What stand-ins for tools that make clusters have in common: nodes are containers of the engine that answer at their ports
// and keep a list of images. What a tool is asked is in calls.jsonl; `fail-VERB` has what it says when it is to fail.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.env.KIND_STAND_IN ?? '';

export const args = process.argv.slice(2);
appendFileSync(path.join(folder, 'calls.jsonl'), `${JSON.stringify(args)}\n`);
const scripted = path.join(folder, `fail-${args[0]}`);
if (existsSync(scripted)) fail(readFileSync(scripted, 'utf8'));

export function given(flag) {
  return args[args.indexOf(flag) + 1] ?? '';
}

/** Of a flag that may be there often. */
export function allGiven(flag) {
  return args.filter((_, at) => args[at - 1] === flag);
}

export function nodesOf(label) {
  return docker(['ps', '-aq', '--filter', `label=${label}`])
    .split('\n')
    .filter((id) => id !== '');
}

/** What the engine says when it does not make it. */
export function makeNode({ node, labels, published, served }) {
  const script = `for (const port of ${JSON.stringify(served)}) require('http').createServer((_, answer) => answer.end('served')).listen(port, '0.0.0.0'); process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1e9)`;
  const flags = [...labels.map((label) => `--label=${label}`), ...published.map((port) => `--publish=${port}`)];
  const named = ['-d', '--name', node, '--hostname', node];
  const run = ['run', ...named, ...flags, '--entrypoint', 'node', 'node:20-alpine', '-e', script];
  const ran = spawnSync('docker', run, { encoding: 'utf8' });
  if (ran.status !== 0) return ran.stderr;
  const crictl = '#!/bin/sh\ncat /images.json 2>/dev/null || echo \'{"images":[]}\'\n';
  docker(['exec', '-i', '--user', '0', node, 'sh', '-c', 'cat > /usr/bin/crictl; chmod 755 /usr/bin/crictl'], crictl);
  return undefined;
}

export function removeNodes(ids) {
  for (const id of ids) docker(['rm', '-f', '-v', id]);
}

export function imagesOn(node) {
  return JSON.parse(docker(['exec', node, 'crictl', 'images', '-o', 'json'])).images;
}

/** The first that is not on this machine. */
export function addImages(nodes, images) {
  const missing = images.find(
    (image) => spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status !== 0,
  );
  if (missing !== undefined) return missing;
  const added = images.map((image) => ({
    repoTags: [image.split('/').length === 1 ? `docker.io/library/${image}` : `docker.io/${image}`],
  }));
  for (const node of nodes) {
    const all = JSON.stringify({ images: [...imagesOn(node), ...added] });
    docker(['exec', '-i', '--user', '0', node, 'sh', '-c', 'cat > /images.json'], all);
  }
  return undefined;
}

export function writeKubeconfig(file) {
  copyFileSync(process.env.KIND_STAND_IN_KUBECONFIG ?? '', file);
  chmodSync(file, 0o600);
}

export function docker(words, input = '') {
  return execFileSync('docker', words, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'ignore'] });
}

export function fail(text) {
  process.stderr.write(`${text.trim()}\n`);
  process.exit(1);
}
