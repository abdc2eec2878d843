import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { KubeObject } from '../promote/kubernetes/object.ts';
import { listAt, textAt } from '../promote/kubernetes/rules/data.ts';
import type { Access } from './kubectl.ts';

/** A container of a pod that has begun, and so has a log. */
export interface LogSource {
  readonly resource: string;
  readonly pod: string;
  readonly container: string;
}

export interface PodLine extends LogSource {
  /** Unix milliseconds, by the clock of its node. */
  readonly time: number;
  /** The same as the cluster writes it, finer than milliseconds. */
  readonly stamp: string;
  readonly text: string;
}

export interface LineQuery {
  readonly follow: boolean;
  /** Unix milliseconds, or a stamp. */
  readonly since?: number | string;
  /** The last ones of each container. */
  readonly tail?: number;
}

export function logSourcesOf(pods: readonly KubeObject[], resources: readonly string[]): readonly LogSource[] {
  return pods.flatMap((pod) => {
    const resource = pod.metadata.labels?.['app.kubernetes.io/name'];
    if (resource === undefined || (resources.length > 0 && !resources.includes(resource))) return [];
    const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
    return statuses.flatMap((status): LogSource[] => {
      const hasBegun =
        textAt(status, 'containerID') !== undefined || textAt(status, 'state', 'running', 'startedAt') !== undefined;
      const container = textAt(status, 'name');
      return container !== undefined && hasBegun ? [{ resource, pod: pod.metadata.name, container }] : [];
    });
  });
}

/** Of one container, in order. Who reads slowly is waited for. */
export async function* podLines(
  source: LogSource,
  namespace: string,
  { follow, since, tail }: LineQuery,
  { context, kubeconfig, env, signal }: Access,
): AsyncGenerator<PodLine> {
  const where = [`--context=${context}`, ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`])];
  const args = ['logs', source.pod, '-c', source.container, '-n', namespace, '--timestamps'];
  const child = spawn(
    'kubectl',
    [
      ...where,
      ...args,
      ...(follow ? ['--follow'] : []),
      ...(since === undefined
        ? []
        : [`--since-time=${typeof since === 'string' ? since : new Date(since).toISOString()}`]),
      ...(tail === undefined ? [] : [`--tail=${tail}`]),
    ],
    { env: { ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
      const space = line.indexOf(' ');
      const stamp = line.slice(0, space);
      const time = Date.parse(stamp);
      // Something else than a line of the container.
      if (!Number.isNaN(time)) yield { ...source, time, stamp, text: line.slice(space + 1) };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await gone;
  }
}
