import type { ServerResponse } from 'node:http';
import { mapAt, mapsAt, textAt, textOf } from '../json.ts';
import type { StoredObject } from '../object.ts';
import type { PodLogs } from '../life/logs.ts';
import { badRequest } from '../refusal.ts';

/** What a container wrote, and with `follow` what it goes on to write. */
export function podLog(response: ServerResponse, pod: StoredObject, query: URLSearchParams, logs: PodLogs): void {
  const { name, uid } = pod.metadata;
  const inits = mapsAt(pod, 'spec', 'initContainers').map((one) => textOf(one['name']));
  const containers = mapsAt(pod, 'spec', 'containers').map((one) => textOf(one['name']));
  const [only = ''] = containers;
  const asked = query.get('container');
  if (asked === null && containers.length > 1)
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${[...inits, ...containers].join(' ')}]`,
    );
  const container = asked ?? only;
  if (![...inits, ...containers].includes(container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  const status = mapsAt(pod, 'status', 'containerStatuses').find((one) => one['name'] === container);
  const waiting = mapAt(status, 'state', 'waiting');
  const isPrevious = query.get('previous') === 'true';
  // One that waits to be begun again shows its last run, which is the previous one too.
  const isWaitingAgain = waiting['reason'] === 'CrashLoopBackOff';
  const run = logs.of(uid, container, isPrevious && !isWaitingAgain);
  if (isPrevious && (!run || mapAt(status, 'lastState', 'terminated')['reason'] === undefined))
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  if (!run) throw badRequest(`container "${container}" in pod "${name}" is ${whyNot(textAt(waiting, 'reason'))}`);
  const tail = query.get('tailLines');
  const first = tail === null ? 0 : Math.max(run.lines.length - Number(tail), 0);
  const stamp = query.get('timestamps') === 'true' ? `${new Date().toISOString()} ` : '';
  const written = (lines: readonly string[]) => lines.map((line) => `${stamp}${line}\n`).join('');
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.write(written(run.lines.slice(first)));
  if (query.get('follow') !== 'true' || run.hasEnded) return void response.end();
  let told = run.lines.length;
  const stop = logs.onChange(uid, container, () => {
    response.write(written(run.lines.slice(told)));
    told = run.lines.length;
    if (!run.hasEnded) return;
    stop();
    response.end();
  });
  response.on('close', stop);
  response.flushHeaders();
}

function whyNot(reason = 'ContainerCreating'): string {
  return reason === 'ErrImagePull' || reason === 'ImagePullBackOff'
    ? `waiting to start: trying and failing to pull image`
    : `waiting to start: ${reason}`;
}
