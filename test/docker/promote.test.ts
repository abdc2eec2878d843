import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { composeHere, createComposeRig, type ComposeRig } from '../rig/compose.ts';
import { devstack } from '../rig/devstack.ts';
import { until } from '../rig/until.ts';
import { describeDocker } from './engine-rig.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const here = composeHere();
const why = 'reason' in here ? ` (skipped: ${here.reason})` : '';

/** What somebody has who has just cloned it. */
const PROJECTS = {
  shop: ['devstack.config.ts', 'package.json', 'package-lock.json', 'examples/shop', 'examples/tasks/api/package.json'],
  tasks: ['examples/tasks'],
} as const;

describeDocker('promoted to compose, with no edit', () => {
  describe.skipIf(why !== '')(`by docker compose${why}`, () => {
    let folder: string;
    let rig: ComposeRig;
    const images: string[] = [];
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'devstack-promote-'));
      rig = createComposeRig('program' in here ? here.program : '');
    });
    afterEach(() => {
      rig[Symbol.dispose]();
      for (const image of images.splice(0)) execFileSync('docker', ['rmi', image], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    });

    const copy = (name: keyof typeof PROJECTS): string => {
      for (const part of PROJECTS[name]) {
        mkdirSync(path.dirname(path.join(folder, part)), { recursive: true });
        cpSync(path.join(repository, part), path.join(folder, part), { recursive: true });
      }
      const root = name === 'tasks' ? path.join(folder, 'examples/tasks') : folder;
      mkdirSync(path.join(root, 'node_modules'));
      symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
      return root;
    };
    const promote = (root: string, ...args: readonly string[]) =>
      devstack(['promote', '--to', 'compose', ...args], { cwd: root, env: rig.env }).finished;
    /** Brings it up and gives back its addresses. */
    const up = async (root: string): Promise<Readonly<Record<string, string>>> => {
      const { code, stdout, stderr } = await promote(root, '--up');
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const used = rig.compose(path.join(root, 'deploy/compose'), 'config', '--images').split('\n');
      images.push(...new Set(used.filter((image) => /^(shop|tasks)\//.test(image))));
      return Object.fromEntries(
        [...stdout.matchAll(/^(\S+) {2}(http:\S+)/gm)].map(([, name = '', url = '']) => [name, url]),
      );
    };
    const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

    test('the demo: its page shows products, an order is taken and processed, also after everything was restarted', async () => {
      const root = copy('shop');
      const urls = await up(root);
      expect(await textOf(`${urls['web']}/`)).toContain('The shop');
      const order = { product: 1, quantity: 2 };
      const placed = await fetch(`${urls['web']}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      const { id } = (await placed.json()) as { readonly id: string };
      await until(async () => (await textOf(`${urls['web']}/api/orders/${id}`)).includes('processed'));
      const compose = path.join(root, 'deploy/compose');
      rig.compose(compose, 'restart');
      await until(async () => (await textOf(`${urls['web']}/api/orders/${id}`).catch(() => '')).includes('processed'));

      const before = treeOf(path.join(root, 'deploy'));
      expect((await promote(root, '--diff')).code).toBe(0);
      expect((await promote(root)).code).toBe(0);
      expect(treeOf(path.join(root, 'deploy'))).toEqual(before);
      expect((await promote(root, '--down')).code).toBe(0);
      expect(rig.compose(compose, 'ps', '-aq')).toBe('');
    });

    test('the databases of a server are made, also one that is added later', async () => {
      const config = (more: string) => `import { defineConfig, mariadb, postgres } from 'devstack';
        const db = postgres(), other = mariadb();
        db.addDatabase('orders'); other.addDatabase('stock'); ${more}
        export default defineConfig({ name: 'tasks', resources: { db, other } });`;
      const root = path.join(folder, 'project');
      mkdirSync(path.join(root, 'node_modules'), { recursive: true });
      symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
      const compose = path.join(root, 'deploy/compose');
      const inside = (service: string, script: string) =>
        rig.compose(compose, 'exec', '-T', service, 'sh', '-c', script).trim().split('\n').toSorted();
      const made = () => [
        ...inside(
          'db',
          `psql -U app -d orders -Atc "select datname from pg_database where datname !~ '^(template|postgres)'"`,
        ),
        ...inside('other', `MYSQL_PWD="$MARIADB_PASSWORD" mariadb -u app -N -e 'show databases'`),
      ];
      writeFileSync(path.join(root, 'devstack.config.ts'), config(''));
      expect((await promote(root, '--up')).code).toBe(0);
      expect(made()).toEqual(['db', 'orders', 'information_schema', 'other', 'stock']);
      writeFileSync(
        path.join(root, 'devstack.config.ts'),
        config(`db.addDatabase('more-orders'); other.addDatabase('more')`),
      );
      expect((await promote(root, '--up')).code).toBe(0);
      rmSync(path.join(compose, '.env'));
      const refused = await promote(root, '--up');
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is data of an earlier')]);
      expect(made()).toEqual(['db', 'more-orders', 'orders', 'information_schema', 'more', 'other', 'stock']);
    });

    test('api, database, cache and page: they run without rights, and no secret is where it does not belong', async () => {
      const root = copy('tasks');
      const config = path.join(root, 'devstack.config.ts');
      const files = `files: { 'db.yaml': { host: db.host }, '/etc/api/db.json': { password: db.password } }`;
      writeFileSync(config, readFileSync(config, 'utf8').replace("cwd: './api',", `cwd: './api', ${files},`));
      const urls = await up(root);
      const compose = path.join(root, 'deploy/compose');
      const inside = rig.compose(compose, 'exec', '-T', 'api', 'cat', '/app/db.yaml', '/etc/api/db.json');
      expect(await textOf(`${urls['api']}/tasks`)).toContain('Read devstack.config.ts');
      expect((await fetch(`${urls['api']}/tasks`)).headers.get('access-control-allow-origin')).toBe(urls['frontend']);
      const ids = rig.compose(compose, 'ps', '-q').split('\n').filter(Boolean);
      const all = JSON.parse(execFileSync('docker', ['inspect', ...ids], { encoding: 'utf8' })) as readonly Inspected[];
      for (const { Config, HostConfig, NetworkSettings } of all) {
        expect(HostConfig.CapDrop).toEqual(['ALL']);
        expect(HostConfig.SecurityOpt).toContain('no-new-privileges:true');
        const service = Config.Labels['com.docker.compose.service'] ?? '';
        if (service !== 'frontend') expect([service, HostConfig.ReadonlyRootfs]).toEqual([service, true]);
        const published = Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? []);
        expect([service, published.length]).toEqual([service, service === 'api' || service === 'frontend' ? 1 : 0]);
        for (const { HostIp } of published) expect(HostIp).toBe('127.0.0.1');
      }

      const secret = /^DB_PASSWORD=(.+)$/m.exec(readFileSync(path.join(compose, '.env'), 'utf8'))?.[1] ?? '';
      expect(secret).toMatch(/^[A-Za-z0-9]{24}$/);
      expect(statSync(path.join(compose, '.env')).mode & 0o777).toBe(0o600);
      expect(readFileSync(path.join(compose, '.gitignore'), 'utf8')).toBe('.env\nlocal/\n');
      expect(inside).toBe(`host: "db"\n{\n  "password": "${secret}"\n}\n`);
      expect(statSync(path.join(compose, 'local')).mode & 0o777).toBe(0o700);
      const local = ['compose/.env', 'compose/local/api/db.json'];
      for (const [name, text] of Object.entries(treeOf(path.join(root, 'deploy'))))
        if (!local.includes(name)) expect([name, text.includes(secret)]).toEqual([name, false]);
      for (const image of images) {
        const made = execFileSync('docker', ['history', '--no-trunc', image], { encoding: 'utf8' });
        const inspected = execFileSync('docker', ['image', 'inspect', image], { encoding: 'utf8' });
        expect([image, `${made}${inspected}`.includes(secret)]).toEqual([image, false]);
      }
    });
  });
});

interface Inspected {
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: {
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly ReadonlyRootfs: boolean;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
  };
}

function treeOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), readFileSync(file, 'utf8')];
    }),
  );
}
