import { connect } from 'node:net';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';

/** One look at a resource: it works, or why not in a few words. */
export interface Attempt {
  readonly ok: boolean;
  readonly text: string;
}

/** Servers on `localhost` may listen on either. */
const LOOPBACKS = ['127.0.0.1', '::1'] as const;
const REFUSED = 'refused';

/** 2xx and 3xx are healthy. */
export async function attemptHttp(port: number, path: string, timeoutMs: number): Promise<Attempt> {
  const url = `GET http://127.0.0.1:${port}${path}`;
  let last: Attempt = { ok: false, text: `${url} refused` };
  for (const host of LOOPBACKS) {
    const result = await httpStatus(host, port, path, timeoutMs);
    if (typeof result === 'number') return { ok: result >= 200 && result < 400, text: `${url} answers ${result}` };
    last = { ok: false, text: `${url} ${result}` };
    if (result !== REFUSED) return last;
  }
  return last;
}

/** The same of an address anywhere. */
export async function attemptUrl(url: string, timeoutMs: number): Promise<Attempt> {
  // What is loaded for it takes some milliseconds, and few need it.
  const { request: ask } = url.startsWith('https:') ? await import('node:https') : { request };
  const result = await statusOf((onResponse) => ask(url, { agent: false, headers: CLOSE }, onResponse), timeoutMs);
  if (typeof result !== 'number') return { ok: false, text: `GET ${url} ${result}` };
  return { ok: result >= 200 && result < 400, text: `GET ${url} answers ${result}` };
}

const CLOSE = { connection: 'close' } as const;

function httpStatus(host: string, port: number, path: string, timeoutMs: number): Promise<number | string> {
  const options = { host, port, path, method: 'GET', agent: false, headers: CLOSE };
  return statusOf((onResponse) => request(options, onResponse), timeoutMs);
}

function statusOf(
  send: (onResponse: (response: IncomingMessage) => void) => ClientRequest,
  timeoutMs: number,
): Promise<number | string> {
  return new Promise((resolve) => {
    const outgoing = send((response) => {
      response.resume();
      clearTimeout(timer);
      resolve(response.statusCode ?? 0);
    });
    const timer = setTimeout(() => {
      resolve(`gives no answer within ${timeoutMs} ms`);
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      resolve(reasonOf(error));
    });
    outgoing.end();
  });
}

/**
 * With `holdMs` the connection has to stay open that long: what forwards the ports of containers accepts for one that
 * does not listen, and closes as soon as it has noticed.
 */
export async function attemptTcp(port: number, timeoutMs: number, holdMs = 0): Promise<Attempt> {
  const reasons: string[] = [];
  for (const host of LOOPBACKS) {
    const result = await tcpResult(host, port, timeoutMs, holdMs);
    if (result === undefined) return { ok: true, text: `port ${port} accepts connections` };
    reasons.push(result);
  }
  // Containers are published on one of them only.
  const reason = reasons.find((one) => one !== REFUSED) ?? REFUSED;
  return { ok: false, text: `connection to port ${port} ${reason}` };
}

/** A port of a machine anywhere. */
export async function attemptAt(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Attempt> {
  const reason = await tcpResult(host, port, timeoutMs, 0);
  if (reason === undefined) return { ok: true, text: `${host}:${port} accepts connections` };
  return { ok: false, text: `connection to ${host}:${port} ${reason}` };
}

/** A port of a container, at its own address. */
export async function attemptBeside(host: string, port: number, timeoutMs: number): Promise<Attempt> {
  const reason = await tcpResult(host, port, timeoutMs, 0);
  if (reason === undefined) return { ok: true, text: `port ${port} of its container accepts connections` };
  return { ok: false, text: `connection to port ${port} of its container ${reason}` };
}

function tcpResult(host: string, port: number, timeoutMs: number, holdMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let held: NodeJS.Timeout | undefined;
    const done = (reason: string | undefined): void => {
      clearTimeout(timer);
      clearTimeout(held);
      socket.destroy();
      resolve(reason);
    };
    const timer = setTimeout(() => done(`gives no answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('connect', () => {
      if (holdMs === 0) return done(undefined);
      held = setTimeout(() => done(undefined), holdMs);
      // Whoever speaks is there.
      socket.once('data', () => done(undefined));
      socket.once('close', () => done('is closed at once'));
    });
    socket.once('error', (error) => done(reasonOf(error)));
  });
}

function reasonOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return REFUSED;
  if (code === 'ECONNRESET') return 'closed the connection without an answer';
  return `fails: ${error.message}`;
}
