#!/usr/bin/env node
// Stands in for k3d: its words, labels and names of containers are those of k3d 5.
import { readFileSync } from 'node:fs';
import { addImages, allGiven, args, fail, given, makeNode, nodesOf, removeNodes } from './stand-in-nodes.mjs';

const [verb, what, name] = args;
const isMissing = () => fail(`FATA[0000] No nodes found for given cluster`);

switch (`${verb} ${what ?? ''}`.trim()) {
  case 'version':
    process.stdout.write('k3d version v5.8.3\nk3s version v1.31.5-k3s1 (default)\n');
    break;
  case 'cluster create': {
    if (name.length > 32)
      fail(
        `FATA[0000] Failed Cluster Configuration Validation: error: provided cluster name '${name}' does not match requirements`,
      );
    if (nodesOf(`k3d.cluster=${name}`).length > 0)
      fail(`FATA[0000] Failed to create cluster '${name}' because a cluster with that name already exists`);
    const ports = allGiven('--port').map(
      (port) => /^(\S+):(\d+)\/(tcp|udp)@server:0:direct$/.exec(port) ?? isMissing(),
    );
    const published = ports.map(([, host, inside, protocol]) => `${host}:${inside}/${protocol}`);
    const roles = ['server', ...Array.from({ length: Number(given('--agents')) }, () => 'agent'), 'loadbalancer'];
    roles.forEach((role, at) => {
      const refused = makeNode({
        node: role === 'loadbalancer' ? `k3d-${name}-serverlb` : `k3d-${name}-${role}-${role === 'agent' ? at - 1 : 0}`,
        labels: ['app=k3d', `k3d.cluster=${name}`, `k3d.role=${role}`],
        published: role === 'server' ? published : [],
        served: role === 'server' ? ports.map(([, , inside]) => Number(inside)) : [],
      });
      if (!refused) return;
      removeNodes(nodesOf(`k3d.cluster=${name}`));
      fail(
        `ERRO[0002] Failed Cluster Start: Failed to start server: ${refused}\nFATA[0003] Cluster creation FAILED, all changes have been rolled back!`,
      );
    });
    break;
  }
  case 'kubeconfig get':
    if (nodesOf(`k3d.cluster=${name}`).length === 0) isMissing();
    process.stdout.write(`---\n${readFileSync(process.env.KIND_STAND_IN_KUBECONFIG ?? '', 'utf8')}`);
    break;
  case 'image import': {
    const missing = addImages(nodesOf(`k3d.cluster=${given('--cluster')}`), args.slice(2, args.indexOf('--cluster')));
    if (missing) fail(`ERRO[0000] Failed to import image(s) into cluster: no image '${missing}'`);
    break;
  }
  case 'cluster delete':
    removeNodes(nodesOf(`k3d.cluster=${name}`));
    process.stderr.write(`INFO[0001] Successfully deleted cluster ${name}!\n`);
    break;
  default:
    fail(`Error: unknown command ${args.join(' ')}`);
}
