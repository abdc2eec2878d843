import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A registry with one image, `<host>/thing:1`. A private one wants the log-in below. */
export interface Registry {
  readonly host: string;
  /** Of the image. */
  readonly digest: string;
  /** What was asked for, in order. */
  readonly requests: string[];
  /** Called when a layer is asked for; the layer is sent when it resolves. */
  onLayer: () => Promise<void>;
  close(): Promise<void>;
}

export const LOGIN = { username: 'user', password: 'pass:word' };

export async function startRegistry(access: 'open' | 'private'): Promise<Registry> {
  const layer = makeLayer(5_000_000);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const part = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
  const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar', layer)],
    }),
  );
  const blobs = new Map([layer, config].map((bytes) => [digestOf(bytes), bytes]));
  const allowed = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    registry.requests.push(url);
    const send = (status: number, body: Buffer | string, type = 'application/json') => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'docker-content-digest': digestOf(Buffer.from(body)),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const refuse = (status: number, code: string) =>
      send(status, JSON.stringify({ errors: [{ code, message: code }] }));
    if (access === 'private' && request.headers.authorization !== allowed) {
      response.setHeader('www-authenticate', 'Basic realm="test"');
      return refuse(401, 'UNAUTHORIZED');
    }
    if (url === '/v2/') return send(200, '{}');
    if ([`/v2/thing/manifests/1`, `/v2/thing/manifests/${digestOf(manifest)}`].includes(url))
      return send(200, manifest, manifestType);
    const blob = blobs.get(url.split('/').at(-1) ?? '');
    if (!blob) return refuse(404, 'MANIFEST_UNKNOWN');
    const ready = blob === layer ? registry.onLayer() : Promise.resolve();
    void ready.then(() => send(200, blob, 'application/octet-stream'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: Registry = {
    host: `127.0.0.1:${portOf(server.address())}`,
    digest: digestOf(manifest),
    requests: [],
    onLayer: async () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return registry;
}

function makeLayer(bytes: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'devstack-layer-'));
  try {
    writeFileSync(join(folder, 'blob'), randomBytes(bytes));
    return execFileSync('tar', ['-C', folder, '-cf', '-', 'blob'], { maxBuffer: 2 * bytes });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address ? address.port : 0;
}
