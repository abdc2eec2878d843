import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { describeDocker } from './engine-rig.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const TOKEN = `npm_${randomUUID()}`;

describeDocker('a package of a private registry, behind a proxy that signs with its own certificate', () => {
  let folder: string;
  let server: Server;
  let registry: string;
  let image = '';
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'devstack-private-'));
    const format = '{{with index .IPAM.Config 0}}{{.Gateway}} {{.Subnet}}{{end}}';
    const told = execFileSync('docker', ['network', 'inspect', 'bridge', '-f', format], { encoding: 'utf8' });
    const [gateway = '', subnet = ''] = told.trimEnd().split(' ');
    // An engine in its first life does not tell the gateway of this network: it is the first address.
    const host = gateway === '' ? subnet.replace(/\.0\/\d+$/, '.1') : gateway;
    certify(host);
    const tarball = await packed();
    server = createServer({ key: readFileSync(at('server.key')), cert: readFileSync(at('server.pem')) });
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const address = server.address();
    registry = `https://${host}:${typeof address === 'object' ? address?.port : ''}`;
    const dist = {
      tarball: `${registry}/greeting/-/greeting-1.0.0.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    };
    server.on('request', ({ headers, url }, response) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end();
      if (url?.endsWith('.tgz') === true) return response.end(tarball);
      if (url !== '/greeting') return response.writeHead(404).end();
      const versions = { '1.0.0': { name: 'greeting', version: '1.0.0', dist } };
      return response.end(JSON.stringify({ name: 'greeting', 'dist-tags': { latest: '1.0.0' }, versions }));
    });
    writeProject(dist);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (image !== '') execFileSync('docker', ['rmi', image]);
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string) => path.join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };

  /** An authority of nobody's, and what it signed for this address. */
  function certify(host: string): void {
    const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=proxy');
    openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${host}`);
    write('san', `subjectAltName=IP:${host}`);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', 'server.csr', ...ca, '-out', 'server.pem', '-days', '2', '-extfile', 'san');
  }

  async function packed(): Promise<Buffer> {
    const archive = pack();
    archive.entry({ name: 'package/package.json' }, JSON.stringify({ name: 'greeting', version: '1.0.0' }));
    archive.entry({ name: 'package/index.js' }, `module.exports = 'hello out of a private package';`);
    archive.finalize();
    return gzipSync(await buffer(archive));
  }

  function writeProject({ tarball, integrity }: { readonly tarball: string; readonly integrity: string }): void {
    const dependencies = { greeting: '1.0.0' };
    const manifest = { name: 'api', version: '1.0.0', dependencies };
    write('project/api/package.json', JSON.stringify(manifest));
    const packages = { '': manifest, 'node_modules/greeting': { version: '1.0.0', resolved: tarball, integrity } };
    write(
      'project/api/package-lock.json',
      JSON.stringify({ name: 'api', lockfileVersion: 3, requires: true, packages }),
    );
    write('project/api/server.cjs', `console.log(require('greeting'));`);
    write(
      'project/devstack.config.ts',
      `import { defineConfig, worker } from 'devstack';
      export default defineConfig({ name: 'private-${process.pid}', resources: { api: worker({ cwd: './api', dev: 'node server.cjs' }) } });`,
    );
    mkdirSync(at('project/node_modules'));
    symlinkSync(repository, at('project/node_modules/devstack'));
  }

  test('reaches the image with what only the machine knows, and none of that is in a layer', async () => {
    const env = { HOME: at('home'), NODE_EXTRA_CA_CERTS: at('ca.pem'), NPM_CONFIG_USERCONFIG: at('home/.npmrc') };
    const build = () => devstack(['build'], { cwd: at('project'), env }).finished;
    write('home/.npmrc', `registry=${registry}/\n`);
    const refused = await build();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/E401|401 Unauthorized/)]);

    write('home/.npmrc', `registry=${registry}/\n${registry.replace('https:', '')}/:_authToken=${TOKEN}\n`);
    const built = await build();
    expect([built.code, built.code === 0 ? '' : built.stderr]).toEqual([0, '']);
    image = built.stdout.trim();
    const said = spawnSync('docker', ['run', '--rm', image, 'node', 'server.cjs'], { encoding: 'utf8' });
    expect(said.stdout).toBe('hello out of a private package\n');
    const layers = execFileSync('docker', ['save', image], { maxBuffer: 2 ** 31 });
    expect(layers.includes('hello out of a private package')).toBe(true);
    expect(layers.includes(TOKEN)).toBe(false);
    const certificate = readFileSync(at('ca.pem'), 'utf8').split('\n')[2] ?? '-';
    expect(layers.includes(certificate)).toBe(false);
  });
});
