import { expect, test } from 'vitest';
import { createArgs } from '../../../src/cluster/k3d.ts';
import { startArgs } from '../../../src/cluster/minikube.ts';

const spec = {
  name: 'devstack-shop',
  ports: [
    { resource: 'web', hostPort: 8080, nodePort: 30_080, protocol: 'TCP' },
    { resource: 'dns', hostPort: 5353, nodePort: 30_053, protocol: 'UDP' },
  ],
  nodes: 2,
  image: 'of/nodes:1',
  kubeconfig: '/shop/.devstack/kubeconfig',
} as const;

test('k3d touches no kubeconfig of the user, and listens on this machine alone', () => {
  expect(createArgs(spec).join(' ')).toBe(
    'cluster create devstack-shop --kubeconfig-update-default=false --kubeconfig-switch-context=false' +
      ' --api-port 127.0.0.1:random --agents 1 --k3s-arg --disable=traefik@server:0 --timeout 180s --image of/nodes:1' +
      ' --port 127.0.0.1:8080:30080/tcp@server:0:direct --port 127.0.0.1:5353:30053/udp@server:0:direct',
  );
});

test('minikube asks nobody, keeps the context, and listens on this machine alone', () => {
  expect(startArgs(spec).join(' ')).toBe(
    'start -p devstack-shop --driver=docker --keep-context --embed-certs --interactive=false --nodes 2' +
      ' --listen-address 127.0.0.1 --base-image of/nodes:1' +
      ' --ports 127.0.0.1:8080:30080/tcp --ports 127.0.0.1:5353:30053/udp',
  );
});
