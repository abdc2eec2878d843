import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { healthcheckOf } from '../../src/promote/compose/health.ts';
import type { ProbeTool, WorkloadCheck } from '../../src/promote/workload.ts';

/** Signed by nobody, for nobody. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6zy71hHm/jmkb42E
fpA+n2grj1yrc2Wl6dYtiCjS2sahRANCAAShiQH2LOqZ1nQRTk+K+cf+rqeBpBMz
3Z/sKxtl+aotHbophj+mY6sbcxcg+C9k4jBIEWcfMh4CD04o44vxqHZQ
-----END PRIVATE KEY-----`;
const CERT = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUIAHoFk6w2yshXex9P/WAfyQ9SEgwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIwMDIxNDZaGA8yMTI2MTAyOTAwMjE0
NlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKGJ
AfYs6pnWdBFOT4r5x/6up4GkEzPdn+wrG2X5qi0duimGP6ZjqxtzFyD4L2TiMEgR
Zx8yHgIPTijji/GodlCjUzBRMB0GA1UdDgQWBBRDkqivZeIxLS8FcF+/qFDgIifk
YTAfBgNVHSMEGDAWgBRDkqivZeIxLS8FcF+/qFDgIifkYTAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDuKrY9dCReRBD5bVIZosCWEPL8RNS0wcEY
oqTnNeqfsgIhAMHjeQhN3lIv9yIIZO+6YFJ0VqULkrGCSbQH1VYKeS5k
-----END CERTIFICATE-----`;

/** What an image has in it besides what asks. */
let slim: string;
beforeAll(() => {
  slim = mkdtempSync(path.join(tmpdir(), 'devstack-slim-'));
  symlinkSync(process.execPath, path.join(slim, 'node'));
  for (const program of ['sh', 'bash', 'head', 'grep'])
    symlinkSync(
      execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(),
      path.join(slim, program),
    );
});
afterAll(() => rmSync(slim, { recursive: true }));

let server: ReturnType<typeof createServer> | undefined;
afterEach(async () => {
  const closing = server;
  server = undefined;
  closing?.closeAllConnections();
  await new Promise<void>((resolve) => void (closing ? closing.close(() => resolve()) : resolve()));
});

const asked: string[] = [];
const answer: RequestListener = ({ url = '' }, response) => {
  asked.push(url);
  const status = Number(/\/s(\d+)/.exec(url)?.[1] ?? 200);
  response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('body');
};
async function listen(scheme: 'http' | 'https'): Promise<number> {
  const made = scheme === 'http' ? createServer(answer) : createSecure({ key: KEY, cert: CERT }, answer);
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** As compose has an engine run it, with nothing else in the image. */
function run(check: WorkloadCheck): Promise<number> {
  const timing = { intervalMs: 1_000, timeoutMs: 1_000, retries: 1, startPeriodMs: 0 };
  const { test: words } = healthcheckOf({ ...timing, check }) as { readonly test: readonly string[] };
  const [kind, ...rest] = words.map((word) => word.replaceAll('$$', '$'));
  const [file = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...rest] : rest;
  return new Promise((resolve) => {
    execFile(path.join(slim, file), args, { env: { PATH: slim } }, (error) =>
      resolve(typeof error?.code === 'number' ? error.code : error ? -1 : 0),
    );
  });
}

const TOOLS: readonly ProbeTool[] = ['node', 'any'];

test.each(TOOLS)(
  'an image with %s is healthy when it serves, and is not when it fails or is not there',
  async (tool) => {
    const port = await listen('http');
    const http = (where: string): WorkloadCheck => ({ kind: 'http', scheme: 'http', path: where, port, tool });
    expect(await run(http('/s200?a=b&c=$HOME'))).toBe(0);
    expect(await run(http(`/it's"a"/s204`))).toBe(0);
    expect(await run(http('/s302'))).toBe(0);
    expect(await run(http('/s404'))).not.toBe(0);
    expect(await run(http('/s503'))).not.toBe(0);
    expect(asked.join(' ')).not.toContain('elsewhere');
    expect(await run({ kind: 'tcp', port, tool })).toBe(0);
    server?.close();
    expect(await run(http('/s200'))).not.toBe(0);
    expect(await run({ kind: 'tcp', port, tool })).not.toBe(0);
  },
);

test.each(TOOLS)('an image with %s asks over TLS whoever signed', async (tool) => {
  const port = await listen('https');
  expect(await run({ kind: 'http', scheme: 'https', path: '/s200', port, tool })).toBe(0);
});
