import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { apiVersionOf, resourceOf } from '../kinds.ts';
import type { Request } from '../journal.ts';
import { notBuilt, notFound, Refusal, statusOf, unknownPath, unreadable } from '../refusal.ts';
import { selectorOf } from '../selector.ts';
import type { World } from '../life/world.ts';
import type { StoredObject } from '../object.ts';
import { discovery } from './discovery.ts';
import { exec } from './exec.ts';
import { podLog } from './pod-log.ts';
import { scaleOf } from './scale.ts';
import { targetOf } from './target.ts';
import type { Target } from './target.ts';
import { watch } from './watch.ts';
import { liveOf, patch, post, put, remove } from './writes.ts';
import type { Outcome, Sending } from './writes.ts';

export interface Serving {
  readonly world: World;
  /** A request was answered; what it changed is to be acted on. */
  onRequest(request: Request): void;
}

export function createApiServer(serving: Serving): Server {
  const server = createServer((request, response) => {
    void answer(request, response, serving).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      const message = error instanceof Error ? error.message : String(error);
      send(response, 500, statusOf(new Refusal(500, 'InternalError', message)));
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => upgrade(request, socket, serving));
  return server;
}

/** `kubectl exec`, in a container of the engine that stands for the pod. */
function upgrade(request: IncomingMessage, socket: Duplex, { world, onRequest }: Serving): void {
  const url = new URL(request.url ?? '/', 'http://cluster');
  const target = targetOf(url.pathname, world.kinds);
  const pod = target && liveOf(world, target);
  const container = pod && standInOf(pod, world);
  if (target?.subresource !== 'exec' || container === undefined) {
    const refusal = target ? notBuilt(target.subresource ?? '') : unknownPath();
    const body = JSON.stringify(statusOf(refusal));
    const head = [
      `HTTP/1.1 ${refusal.code} Refused`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ];
    socket.end([...head, '', body].join('\r\n'));
    return;
  }
  const { namespace = '', name = '' } = target;
  const path = `${url.pathname}${url.search}`;
  onRequest({ verb: 'create', method: 'GET', path, kind: 'Pod', namespace, name, code: 101, hasChanged: false });
  exec(request, socket, container, url.searchParams);
}

function standInOf({ metadata }: StoredObject, { standIns }: World): string | undefined {
  return standIns.get(metadata.name) ?? standIns.get(metadata.labels?.['app.kubernetes.io/name'] ?? '');
}

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { world, onRequest } = serving;
  const url = new URL(request.url ?? '/', 'http://cluster');
  const method = request.method ?? 'GET';
  const text = await bodyOf(request);
  const target = targetOf(url.pathname, world.kinds);
  const note = (code: number, outcome?: Outcome) => {
    const manager = url.searchParams.get('fieldManager');
    const name = outcome?.name ?? target?.name;
    onRequest({
      verb: verbOf(method, request, url.searchParams, target),
      method,
      path: `${url.pathname}${url.search}`,
      ...(manager !== null && { manager }),
      ...(target && { kind: target.kind.kind }),
      ...(target?.namespace !== undefined && { namespace: target.namespace }),
      ...(name !== undefined && { name }),
      code,
      hasChanged: outcome?.hasChanged ?? false,
    });
  };
  try {
    const told = discovery(url.pathname, request.headers.accept ?? '', world.kinds);
    if (told) send(response, 200, told.body, told.type);
    else if (/^\/(healthz|livez|readyz)$/.test(url.pathname)) response.end('ok');
    else if (!target) throw unknownPath();
    else if (method === 'GET') return read(request, response, target, url.searchParams, world, () => note(200));
    else {
      const { 'content-type': type = '', 'user-agent': agent = '' } = request.headers;
      if (type.includes('protobuf')) throw unreadable();
      const outcome = change(world, method, { target, query: url.searchParams, type, text, agent });
      for (const warning of outcome.warnings)
        response.appendHeader('warning', `299 - "${warning.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
      note(outcome.code, outcome);
      return send(response, outcome.code, outcome.body);
    }
    note(200);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note(error.code);
    send(response, error.code, statusOf(error));
  }
}

function read(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  query: URLSearchParams,
  world: World,
  note: () => void,
): void {
  const { kind, namespace, name, subresource } = target;
  if (query.get('watch') === 'true' || query.get('watch') === '1') {
    note();
    return watch(request, response, target, query, world.store);
  }
  if (name === undefined) {
    const items = world.store.list(resourceOf(kind), namespace).filter(selectorOf(query));
    note();
    return send(response, 200, {
      kind: `${kind.kind}List`,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(world.store.revision) },
      items,
    });
  }
  const live = liveOf(world, target);
  if (!live) throw notFound(kind, name);
  if (subresource === 'log') podLog(response, live, query, world.logs);
  else if (subresource === 'scale') send(response, 200, scaleOf(live));
  else if (subresource === undefined || subresource === 'status') send(response, 200, live);
  else throw notBuilt(subresource);
  note();
}

function change(world: World, method: string, sending: Sending): Outcome {
  const { target, query } = sending;
  const known = [undefined, 'status', 'scale'];
  if (!known.includes(target.subresource)) throw notBuilt(String(target.subresource));
  if (method === 'POST') return post(world, sending);
  if (method === 'PUT') return put(world, sending);
  if (method === 'PATCH') return patch(world, sending);
  if (method !== 'DELETE') throw notBuilt(method);
  if (target.name !== undefined) return remove(world, sending);
  const meant = world.store.list(resourceOf(target.kind), target.namespace).filter(selectorOf(query));
  for (const { metadata } of meant) remove(world, { ...sending, target: { ...target, name: metadata.name } });
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  return { code: 200, body, hasChanged: meant.length > 0, warnings: [], name: '' };
}

function verbOf(method: string, request: IncomingMessage, query: URLSearchParams, target?: Target): Request['verb'] {
  if (!target) return 'other';
  if (method === 'GET') return query.has('watch') ? 'watch' : target.name === undefined ? 'list' : 'get';
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'DELETE') return 'delete';
  return request.headers['content-type']?.startsWith('application/apply-patch') ? 'apply' : 'patch';
}

function send(response: ServerResponse, code: number, body: object | Buffer, type = 'application/json'): void {
  response.writeHead(code, { 'content-type': type });
  response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
