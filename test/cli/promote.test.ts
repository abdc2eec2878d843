import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  write(`postgres()`);
  rig.write('api/package.json', '{ "name": "api" }');
  rig.write('api/server.mjs', '');
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

function write(db: string, more = ''): void {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, param, postgres, redis, secret, service, task } from 'devstack';
const db = ${db};
const api = service({ cwd: './api', dev: 'node server.mjs', env: { DATABASE_URL: db.url${more} } });
export default defineConfig({ name: 'shop', resources: { db, api } });`,
  );
}

const promote = (...args: readonly string[]) =>
  devstack(['promote', '--to', 'compose', ...args], { cwd: rig.folder, env: rig.env }).finished;
const at = (name: string) => path.join(rig.folder, 'deploy', name);
const read = (name: string) => readFileSync(at(name), 'utf8');

test('files are written once, and stay as they are until the config changes', async () => {
  const first = await promote();
  expect(first.code).toBe(0);
  for (const name of ['compose/compose.yaml', 'compose/.env.example', 'docker/Dockerfile.node'])
    expect(first.stderr).toContain(`wrote      deploy/${name}`);
  expect(first.stderr).toContain(
    'Next: devstack promote --to compose --up, or: docker compose -f deploy/compose/compose.yaml up',
  );
  const before = ['compose/compose.yaml', 'compose/.env', 'compose/.generated.json'].map(read);
  expect(await promote('--diff')).toMatchObject({ code: 0, stdout: '' });
  expect((await promote()).stderr).toContain('as before  deploy/compose/compose.yaml');
  expect(['compose/compose.yaml', 'compose/.env', 'compose/.generated.json'].map(read)).toEqual(before);

  write(`postgres({ version: '16' })`);
  expect(await promote('--diff')).toMatchObject({ code: 1, stdout: 'changed  deploy/compose/compose.yaml\n' });
  expect(read('compose/compose.yaml')).toBe(before[0]);
  await promote();
  expect(read('compose/compose.yaml')).toContain('image: postgres:16');
  expect(read('compose/.env')).toBe(before[1]);
});

test('what was generated before and is not any more goes; files of somebody else stay', async () => {
  await promote();
  writeFileSync(at('compose/compose.override.yaml'), 'services: {}\n');
  rig.write('api/Dockerfile', 'FROM scratch');
  rig.write(
    'devstack.config.ts',
    readFileSync(path.join(rig.folder, 'devstack.config.ts'), 'utf8').replace(`dev: '`, `build: './api', dev: '`),
  );
  expect((await promote()).stderr).toContain('removed    deploy/docker/Dockerfile.node');
  expect(readdirSync(at('docker'))).toEqual(['docker-bake.hcl']);
  expect(read('compose/compose.override.yaml')).toBe('services: {}\n');
});

test('a file that was edited, or is none of ours, is not overwritten', async () => {
  await promote();
  const edited = `${read('compose/compose.yaml')}# mine\n`;
  writeFileSync(at('compose/compose.yaml'), edited);
  write(`postgres({ version: '16' })`);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([1, expect.stringContaining('deploy/compose/compose.yaml was changed by hand')]);
  expect(stderr).toContain('deploy/compose/compose.override.yaml');
  expect(read('compose/compose.yaml')).toBe(edited);
  rmSync(at('compose/.generated.json'));
  expect((await promote()).code).toBe(1);
});

test('secrets are in one file that git does not see; what nobody can make up is asked for', async () => {
  write(
    `postgres({ password: 'dev' })`,
    `, KEY: secret('API_KEY'), PIN: secret('PIN', { generate: true }), REGION: param('REGION', { default: 'eu' })`,
  );
  const { code, stderr, stdout } = await promote();
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('deploy/compose/.env needs values for: API_KEY');
  expect(stderr).toContain(
    'devstack.config.ts:2  db: its password is written in the config, so another one is made up for here',
  );
  const env = read('compose/.env');
  expect(env).toMatch(/^DB_PASSWORD=[A-Za-z0-9]{24}$/m);
  expect(env).toMatch(/^PIN=[A-Za-z0-9]{32}$/m);
  expect(env).toMatch(/^API_KEY=$/m);
  expect(env).not.toContain('REGION');
  expect(read('compose/compose.yaml')).toContain('REGION: ${REGION:-eu}');
  expect(statSync(at('compose/.env')).mode & 0o777).toBe(0o600);
  expect(read('compose/.gitignore')).toBe('.env\nlocal/\n');
  writeFileSync(at('compose/.env'), env.replace('API_KEY=', 'API_KEY=given').concat('OWN=x\n'));
  expect((await promote()).stderr).not.toContain('needs values');
  expect(read('compose/.env')).toMatch(/^API_KEY=given$/m);
  expect(read('compose/.env')).toMatch(/^OWN=x$/m);
  const shown = [stderr, read('compose/compose.yaml'), read('compose/.env.example')].join('\n');
  for (const [, value = ''] of env.matchAll(/^(?:DB_PASSWORD|PIN)=(.+)$/gm)) expect(shown).not.toContain(value);
});

test('what a program reads is filled in: for everybody, or with values of this machine and not for git', async () => {
  const files = (level: string) => `files: {
  'config.yaml': { db: { host: db.host, port: db.port }, level: '${level}' }, '/etc/api/secret.json': { url: db.url },
  '/etc/other/secret.json': { url: db.user } }, `;
  const config = readFileSync(path.join(rig.folder, 'devstack.config.ts'), 'utf8');
  const writeLevel = (level: string) =>
    rig.write('devstack.config.ts', config.replace('env: {', `${files(level)}env: {`));
  writeLevel('info');
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([0, expect.stringContaining('/etc/api/secret.json has values of .env in it')]);
  expect(read('compose/config/api/config.yaml')).toBe('db:\n  host: "db"\n  port: 5432\nlevel: "info"\n');
  expect(read('compose/config/api/etc-other-secret.json')).toBe('{\n  "url": "app"\n}\n');
  const [, password = ''] = /^DB_PASSWORD=(.+)$/m.exec(read('compose/.env')) ?? [];
  expect(JSON.parse(read('compose/local/api/etc-api-secret.json'))).toEqual({
    url: `postgresql://app:${password}@db:5432/db`,
  });
  expect(statSync(at('compose/local')).mode & 0o777).toBe(0o700);
  expect(read('compose/.gitignore')).toBe('.env\nlocal/\n');
  expect(read('compose/compose.yaml')).toContain('target: /app/config.yaml');
  expect(read('compose/compose.yaml')).not.toContain(password);
  expect(await promote('--diff')).toMatchObject({ code: 0, stdout: '' });

  const label = () => /devstack\.files: "?(.+)-\$\{API_FILES:-\}/.exec(read('compose/compose.yaml'))?.[1];
  const before = [label(), /^API_FILES=(.+)$/m.exec(read('compose/.env'))?.[1]];
  writeLevel('debug');
  await promote();
  expect(label()).not.toBe(before[0]);
  writeFileSync(at('compose/.env'), read('compose/.env').replace(password, 'another'));
  await promote();
  expect(read('compose/local/api/etc-api-secret.json')).toContain(':another@');
  expect(/^API_FILES=(.+)$/m.exec(read('compose/.env'))?.[1]).not.toBe(before[1]);

  write('postgres()');
  await promote();
  expect(existsSync(at('compose/local/api'))).toBe(false);
  expect(existsSync(at('compose/config/api'))).toBe(false);
});

test('dotenv files of dev give their names, and for a start their values', async () => {
  rig.write('.env.dev', 'LEVEL=debug\nTOKEN="a b$c"\nUPSTREAM=http://localhost:9000\n');
  write('postgres()', `, LEVEL: 'info' }, envFile: ['.env.dev'], links: { `);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([0, expect.stringContaining('api: TOKEN, UPSTREAM of .env.dev go to the secrets')]);
  expect(stderr).toContain('api: UPSTREAM names this machine, which is the container itself there');
  const text = read('compose/compose.yaml');
  for (const line of ['LEVEL: info', 'TOKEN: ${TOKEN:?}', 'UPSTREAM: ${UPSTREAM:?}']) expect(text).toContain(line);
  expect(read('compose/.env')).toContain(`TOKEN='a b$c'`);
  expect(text + read('compose/.env.example')).not.toContain('9000');
});

test('the config has the last word on a service; what it makes worse is told', async () => {
  const own = (body: string) => write('postgres()', ` }, deploy: { compose: (service) => { ${body} } }, links: { `);
  own(`service.hostname = 'me'; delete service.init; service.privileged = true; service.nothing = undefined;`);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('api: after deploy.compose it is privileged (rule privileged)'),
  ]);
  const [, api = ''] = /^ {2}api:\n([^]*?)\n\n/m.exec(read('compose/compose.yaml')) ?? [];
  expect(api).toContain('hostname: me');
  expect(api).not.toContain('init:');
  own(`throw new Error('no such thing')`);
  expect(await promote()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/devstack\.config\.ts:3 {2}api: deploy\.compose threw: no such thing/),
  });
});

test('what has no image and can have none is an error with its line; what is not carried over is a note, or an error', async () => {
  rig.write('other/run', '');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
const odd = service({ cwd: './other', dev: './run' });
export default defineConfig({ name: 'shop', resources: { odd } });`,
  );
  const failed = await promote();
  expect([failed.code, failed.stderr]).toEqual([
    1,
    expect.stringMatching(/^devstack\.config\.ts:2 {2}odd has no image and none can be made: /),
  ]);
  expect(existsSync(at('.'))).toBe(false);
  write('postgres()', `, X: 'x' }, deploy: { drain: '5s' }, healthcheck: { log: /up/ `);
  const note =
    'devstack.config.ts:3  api: its health check is not carried over: a line in the log cannot be waited for there';
  const { stderr } = await promote();
  expect(stderr).toContain(note);
  expect(stderr).toContain('devstack.config.ts:3  api: deploy.drain is not carried over');
  const strict = await promote('--strict');
  expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining(note)]);
});

test('an .env of somebody else stays as it is', async () => {
  rig.write('deploy/compose/.env', '# mine\nA=1\n');
  expect(await promote()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('.env was changed by hand, or not written by devstack'),
  });
  expect(read('compose/.env')).toBe('# mine\nA=1\n');
});

test('a part of it, somewhere else, or only shown', async () => {
  const shown = await promote('--stdout');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('\nname: shop\n');
  expect(existsSync(at('.'))).toBe(false);
  await promote('--only', 'infra', '--output', 'ops');
  const infra = readFileSync(path.join(rig.folder, 'ops/compose.infra.yaml'), 'utf8');
  expect(infra).toContain('postgres:17');
  expect(infra).not.toContain('api');
  // It does not take away what the whole has.
  await promote();
  await promote('--only', 'infra');
  for (const name of ['compose.yaml', 'compose.infra.yaml']) expect(existsSync(at(`compose/${name}`))).toBe(true);
});

test('without docker compose the files are written, and it says what is missing', async () => {
  const env = { ...rig.env, PATH: path.dirname(process.execPath) };
  const { code, stderr } = await devstack(['promote', '--to', 'compose', '--up'], { cwd: rig.folder, env }).finished;
  if (!stderr.includes('There is no docker compose v2 here')) expect(stderr).toContain('docker'); // it lies next to Node
  expect(code).toBe(1);
  expect(existsSync(at('compose/compose.yaml'))).toBe(true);
});

test('images are pinned by the file of digests; what is not in there is said once', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const first = await promote();
  expect(first.stderr.match(/devstack images update/g)).toHaveLength(1);
  expect(first.stderr).toMatch(/^node:\d+-alpine, postgres:17 may be other images tomorrow/m);
  const [image = ''] = /node:\d+-alpine/.exec(first.stderr) ?? [];
  rig.write('devstack.images.lock', `${image}: ${digest}\npostgres:17: ${digest}\n`);
  expect((await promote()).stderr).not.toContain('images update');
  expect(read('compose/compose.yaml')).toContain(`image: postgres:17@${digest}`);
  expect(
    readdirSync(at('docker'))
      .map((name) => read(`docker/${name}`))
      .join(''),
  ).toContain(`FROM ${image}@${digest} `);
  const listed = await devstack(['images', '--json'], { cwd: rig.folder, env: rig.env }).finished;
  expect(JSON.parse(listed.stdout)).toEqual([
    { image, users: ['api'], digest },
    { image: 'postgres:17', users: ['db'], digest },
  ]);
  const { stdout } = await devstack(['images'], { cwd: rig.folder, env: rig.env }).finished;
  expect(stdout).toContain(`postgres:17     sha256:aaaaaaaaaaaa  db\n`);
  rig.write('devstack.images.lock', 'nothing\n');
  expect(await promote()).toMatchObject({ code: 1, stderr: expect.stringContaining('devstack.images.lock:1') });
});
