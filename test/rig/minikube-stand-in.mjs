#!/usr/bin/env node
// Stands in for minikube with its Docker driver: its words, labels and names of containers are those of minikube 1.36.
import { rmSync } from 'node:fs';
import {
  addImages,
  allGiven,
  args,
  fail,
  given,
  imagesOn,
  makeNode,
  nodesOf,
  removeNodes,
  writeKubeconfig,
} from './stand-in-nodes.mjs';

const [verb, what] = args;
const name = given('-p');
const nodes = () => nodesOf(`name.minikube.sigs.k8s.io=${name}`);
/** Where it writes; without the variable that is the file of the user. */
const kubeconfig = () => process.env.KUBECONFIG ?? fail('it would write to the file of the user');

switch (verb) {
  case 'version':
    process.stdout.write('v1.36.0\n');
    break;
  case 'start': {
    const published = allGiven('--ports');
    for (let at = 1; at <= Number(given('--nodes')); at++) {
      const refused = makeNode({
        node: at === 1 ? name : `${name}-m0${at}`,
        labels: [`name.minikube.sigs.k8s.io=${name}`, 'created_by.minikube.sigs.k8s.io=true'],
        published,
        served: published.map((port) => Number(/(\d+)\/\w+$/.exec(port)?.[1])),
      });
      if (refused) fail(`X Exiting due to GUEST_PROVISION: error provisioning guest: Failed to start host: ${refused}`);
    }
    writeKubeconfig(kubeconfig());
    break;
  }
  case 'update-context':
    writeKubeconfig(kubeconfig());
    break;
  case 'image':
    if (what === 'ls') process.stdout.write(`${JSON.stringify(nodes().flatMap(imagesOn))}\n`);
    else {
      const missing = addImages(nodes(), args.slice(2, args.indexOf('-p')));
      if (missing) fail(`X Exiting due to GUEST_IMAGE_LOAD: Failed to load image: ${missing}`);
    }
    break;
  case 'delete':
    removeNodes(nodes());
    rmSync(kubeconfig(), { force: true });
    process.stdout.write(`* Removed all traces of the "${name}" cluster.\n`);
    break;
  default:
    fail(`Error: unknown command "${verb}" for "minikube"`);
}
