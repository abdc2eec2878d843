import type { LocalCluster } from '../core/cluster.ts';
import { FailureError } from '../core/failure.ts';
import type { Failure } from '../core/failure.ts';
import type { ClusterSpec } from './provider.ts';

/** What a tool said, and what to do about it. */
export function toolFailure(tool: LocalCluster, cluster: string, doing: string, talk: string): Failure {
  const lines = talk.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^ERROR|^FATA|^X Exiting|Error|failed/i.test(line));
  const reason = (errors.length > 0 ? errors : lines).slice(-4).join('\n').trim();
  const known = HINTS.find(([pattern]) => pattern.test(talk))?.[1].replace('--to kind', `--to ${tool}`);
  const hint =
    (tool === 'kind' ? known : known?.replace(` ${LOGS}`, '')) ??
    `Delete what there is of it, and try again: devstack promote --to ${tool} --delete`;
  return { code: 'cluster-failed', cluster, doing, reason, hint };
}

/** Of a port that somebody has, with who was to be reached there. */
export function createFailure(tool: LocalCluster, { name, ports }: ClusterSpec, talk: string): FailureError {
  const port = takenPort(talk);
  if (port === undefined) return new FailureError(toolFailure(tool, name, 'be created', talk));
  const resource = ports.find(({ hostPort }) => hostPort === port)?.resource ?? name;
  return new FailureError({ code: 'cluster-port-in-use', cluster: name, port, resource });
}

/** The port of this machine that another program has. */
export function takenPort(talk: string): number | undefined {
  const found =
    /Bind for [\d.]+:(\d+) failed: port is already allocated/.exec(talk) ??
    /listen tcp4? [\d.]+:(\d+): bind: address already in use/.exec(talk) ??
    /ports are not available: exposing port \w+ [\d.]+:(\d+)/i.exec(talk);
  return found ? Number(found[1]) : undefined;
}

const LOGS = 'What it wrote is in .devstack/kind/logs.';

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /failed to pull image "?kindest\/node|[Ff]ailed to pull (?:the )?(?:base )?image|failed to pull image '/,
    'Its node image cannot be pulled: no network, a proxy, or the limit of the registry. One that is on this machine does: --node-image NAME.',
  ],
  [
    /rootless provider requires|Delegate=yes/,
    'The engine runs without root: https://kind.sigs.k8s.io/docs/user/rootless says what it needs.',
  ],
  [
    /could not find a log line that matches|telinit implementation|kubelet is not healthy|timed out waiting for the condition/,
    `The node does not come up: its control groups, or "init": true in daemon.json. ${LOGS}`,
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
  [/executable file not found|docker not found/, 'It uses the docker command: install it.'],
  [/not present locally|no nodes found for cluster/, 'Make it anew: devstack promote --to kind --recreate'],
];
