import { expect, test } from 'vitest';
import { toolFailure, takenPort } from '../../../src/cluster/tool-failure.ts';
import { configOf } from '../../../src/cluster/kind.ts';

test.each([
  ['failed to pull image "kindest/node:v1.33.1": command "docker pull" failed', 'Its node image cannot be pulled'],
  ['running kind with rootless provider requires cgroup v2, see https://kind.sigs.k8s.io', 'runs without root'],
  ['running kind with rootless provider requires setting systemd property "Delegate=yes"', 'runs without root'],
  ['could not find a log line that matches "Reached target .*Multi-User System.*"', '.devstack/kind/logs'],
  ["Couldn't find an alternative telinit implementation to spawn.", '"init": true in daemon.json'],
  ['failed to init node with kubeadm: the kubelet is not healthy', '.devstack/kind/logs'],
  ['write /kind/images.tar: no space left on device', 'The disk is full'],
  ['failed to create fsnotify watcher: too many open files', 'sysctl fs.inotify'],
  ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', 'Start Docker'],
  ['no nodes found for cluster "x"', '--recreate'],
  ['image: "x" not present locally', '--recreate'],
  ['something nobody has seen before', '--delete'],
])('kind that says "%s" is explained', (said, hint) => {
  const failure = toolFailure(
    'kind',
    'shop',
    'be created',
    `Creating cluster "shop" ...\n ✓ Preparing nodes\nERROR: ${said}\n`,
  );
  expect(failure).toMatchObject({ code: 'cluster-failed', reason: `ERROR: ${said}` });
  expect('hint' in failure && failure.hint).toContain(hint);
});

test.each([
  ['Bind for 127.0.0.1:8080 failed: port is already allocated', 8080],
  ['listen tcp4 127.0.0.1:3000: bind: address already in use', 3000],
  ['Ports are not available: exposing port TCP 127.0.0.1:5432 -> 0.0.0.0:0: listen tcp', 5432],
  ['failed to pull image', undefined],
])('the port in "%s" is %s', (said, port) => {
  expect(takenPort(said)).toBe(port);
});

test('ports lead to the node that controls, from this machine alone; workers are nodes more', () => {
  const ports = [{ resource: 'web', hostPort: 8080, nodePort: 30_080, protocol: 'TCP' as const }];
  expect(JSON.parse(configOf({ ports, nodes: 2 }))).toEqual({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        extraPortMappings: [{ containerPort: 30_080, hostPort: 8080, listenAddress: '127.0.0.1', protocol: 'TCP' }],
      },
      { role: 'worker' },
    ],
  });
});

test.each([
  ['k3d', 'FATA[0003] Cluster creation FAILED', 'devstack promote --to k3d --delete'],
  ['minikube', 'X Exiting due to GUEST_PROVISION: no space left on device', 'The disk is full'],
  ['minikube', 'X Exiting due to GUEST_START: timed out waiting for the condition', '"init": true in daemon.json.'],
] as const)('%s that says "%s" is explained', (tool, said, hint) => {
  const failure = toolFailure(tool, 'shop', 'be created', `INFO[0000] Prep: Network\n* minikube v1\n${said}\n`);
  expect(failure).toMatchObject({ code: 'cluster-failed', reason: said });
  expect('hint' in failure && failure.hint).toContain(hint);
});
