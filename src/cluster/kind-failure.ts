import type { Failure } from '../core/failure.ts';

/** What kind said, and what to do about it. */
export function kindFailure(cluster: string, doing: string, talk: string): Failure {
  const lines = talk.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^ERROR|Error|failed/i.test(line));
  const reason = (errors.length > 0 ? errors : lines).slice(-4).join('\n').trim();
  const hint =
    HINTS.find(([pattern]) => pattern.test(talk))?.[1] ??
    'Delete what there is of it, and try again: devstack promote --to kind --delete';
  return { code: 'cluster-failed', cluster, doing, reason, hint };
}

/** The port of this machine that another program has. */
export function takenPort(talk: string): number | undefined {
  const found =
    /Bind for [\d.]+:(\d+) failed: port is already allocated/.exec(talk) ??
    /listen tcp4? [\d.]+:(\d+): bind: address already in use/.exec(talk) ??
    /ports are not available: exposing port \w+ [\d.]+:(\d+)/i.exec(talk);
  return found ? Number(found[1]) : undefined;
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /failed to pull image "?kindest\/node/,
    'Its node image cannot be pulled: no network, a proxy, or the limit of the registry. One that is on this machine does: --node-image NAME.',
  ],
  [
    /rootless provider requires|Delegate=yes/,
    'The engine runs without root: https://kind.sigs.k8s.io/docs/user/rootless says what it needs.',
  ],
  [
    /could not find a log line that matches|telinit implementation|kubelet is not healthy|timed out waiting for the condition/,
    'The node does not come up: its control groups, or "init": true in daemon.json. What it wrote is in .devstack/kind/logs.',
  ],
  [
    /no space left on device/,
    'The disk is full. docker system df shows what takes it, docker system prune removes what nobody uses.',
  ],
  [
    /too many open files/,
    'Raise the limits: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
  ],
  [
    /Cannot connect to the Docker daemon|failed to get docker info|docker daemon is not running/i,
    'Start Docker, or point DOCKER_HOST at an engine.',
  ],
  [/executable file not found|docker not found/, 'kind uses the docker command: install it.'],
  [/not present locally|no nodes found for cluster/, 'Make it anew: devstack promote --to kind --recreate'],
];
