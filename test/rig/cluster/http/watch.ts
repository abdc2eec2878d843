import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiVersionOf, resourceOf } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import { selectorOf } from '../selector.ts';
import type { Change, Store } from '../store.ts';
import type { Target } from './target.ts';

/** Tells of changes from a version on, until the client goes. */
export function watch(
  request: IncomingMessage,
  response: ServerResponse,
  { kind, namespace, name }: Target,
  query: URLSearchParams,
  store: Store,
): void {
  const selects = selectorOf(query);
  const resource = resourceOf(kind);
  const isMeant = (object: KubeObject | undefined) =>
    object !== undefined &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    selects(object);
  const write = (type: string, object: object) => response.write(`${JSON.stringify({ type, object })}\n`);
  const tell = (change: Change) => {
    if (change.resource !== resource) return;
    const is = isMeant(change.object);
    const was = isMeant(change.before);
    if (!is && !was) return;
    write(change.type === 'DELETED' || !is ? 'DELETED' : was ? 'MODIFIED' : 'ADDED', change.object);
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const from = query.get('resourceVersion') ?? '';
  const isInitial = query.get('sendInitialEvents') === 'true';
  if (isInitial || from === '' || from === '0')
    for (const object of store.list(resource, namespace).filter(isMeant)) write('ADDED', object);
  else for (const change of store.changesSince(Number(from))) tell(change);
  if (isInitial)
    write('BOOKMARK', {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        resourceVersion: String(store.revision),
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
    });
  const stop = store.onChange(tell);
  request.on('close', stop);
  response.on('close', stop);
}
