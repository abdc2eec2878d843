import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const CONFIG = `import { defineConfig, postgres, service, task } from 'devstack';
const db = postgres({ database: 'shop', pooler: true });
const billing = db.addDatabase('billing');
const migrate = task({ run: 'node migrate.mjs', build: './app', env: { URL: db.url } });
const env = { URL: db.url, BILLING: billing.url };
const common = { build: './app', dependsOn: migrate, healthcheck: '/healthz', deploy: { ingress: true } };
const api = service({ ...common, env });
const listener = service({ ...common, env: { ...env, DIRECT: db.directUrl } });
export default defineConfig({ name: 'pooled', resources: { db, migrate, api, listener } });
`;

/** What test/docker/pooled/server.mjs says. */
interface Answer {
  readonly databases: Readonly<Record<string, Asked>>;
  readonly migrated: readonly { readonly locked: boolean; readonly setting: string; readonly from: string }[];
  readonly heard?: string;
  readonly server: string;
  readonly own: readonly string[];
}

interface Asked {
  readonly database: readonly string[];
  readonly from: readonly string[];
  readonly answers: number;
  readonly serverConnections: number;
}

interface Inspected {
  readonly Config: { readonly User: string };
  readonly State: { readonly ExitCode: number; readonly Health: { readonly Status: string } };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
  };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

describeDocker('a server with a pooler, promoted to compose', () => {
  describe.skipIf(why !== '')(`by docker compose${why}`, () => {
    let root: string;
    let rig: ComposeRig;
    beforeEach(() => {
      root = mkdtempSync(path.join(tmpdir(), 'devstack-pooled-'));
      rig = createComposeRig('program' in here ? here.program : '');
      mkdirSync(path.join(root, 'node_modules'));
      symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
      cpSync(path.join(import.meta.dirname, 'pooled'), path.join(root, 'app'), { recursive: true });
      copyPackage('pg', path.join(root, 'app'));
      writeFileSync(path.join(root, 'devstack.config.ts'), CONFIG);
    });
    afterEach(() => {
      rig[Symbol.dispose]();
      const made = execFileSync('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}', 'pooled/*'], {
        encoding: 'utf8',
      });
      for (const image of made.split('\n').filter(Boolean)) execFileSync('docker', ['rmi', image], { stdio: 'ignore' });
      rmSync(root, { recursive: true, force: true });
    });

    const promote = (...args: readonly string[]) =>
      devstack(['promote', '--to', 'compose', ...args], { cwd: root, env: rig.env }).finished;
    const compose = (...args: readonly string[]) => rig.compose(path.join(root, 'deploy/compose'), ...args);
    const inspect = (service: string): Inspected => {
      const id = compose('ps', '-aq', service).trim();
      const [found] = JSON.parse(execFileSync('docker', ['inspect', id], { encoding: 'utf8' })) as readonly Inspected[];
      if (!found) throw new Error(`no container of ${service}`);
      return found;
    };
    const addressesOf = (service: string) =>
      Object.values(inspect(service).NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    /** As somebody who runs it looks. */
    const shown = (what: string): readonly string[] =>
      compose(
        'exec',
        '-T',
        'db-pooler',
        'sh',
        '-c',
        `PGPASSWORD=$DB_PASSWORD psql -AtXq -h 127.0.0.1 -U $DB_USER pgbouncer -c "SHOW ${what}"`,
      )
        .trim()
        .split('\n');

    test('services talk to all its databases through it, tasks and directUrl to the server itself', async () => {
      const { code, stdout, stderr } = await promote('--up');
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const urls = Object.fromEntries(
        [...stdout.matchAll(/^(\S+) {2}(http:\S+)/gm)].map(([, name = '', url = '']) => [name, url]),
      );
      const ask = async (name: string) => (await (await fetch(urls[name] ?? '')).json()) as Answer;
      const pooler = inspect('db-pooler');
      expect([pooler.Config.User, pooler.State.Health.Status]).toEqual(['70:70', 'healthy']);
      expect(pooler.HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Memory: 128 * 1024 * 1024,
      });
      const between = addressesOf('db-pooler');
      const server = addressesOf('db');

      const said = await ask('api');
      for (const [name, { database, from, answers, serverConnections }] of Object.entries(said.databases)) {
        expect([name, database, answers]).toEqual([name, [name], 120]);
        expect(from).toHaveLength(1);
        expect(between).toContain(from[0]);
        expect(serverConnections).toBeLessThanOrEqual(20);
      }
      // Its name is not even known there.
      expect(said.server).toBe('ENOTFOUND');
      const clients = shown('CLIENTS').map((line) => line.split('|'));
      for (const name of ['shop', 'billing'])
        expect(
          clients.filter(
            ([, user, database, , , from = '']) => user === 'app' && database === name && said.own.includes(from),
          ),
        ).toHaveLength(40);

      expect(said.migrated).toEqual([{ locked: true, setting: '7s', from: expect.any(String) }]);
      expect(between).not.toContain(said.migrated[0]?.from);
      const other = await ask('listener');
      expect([other.heard, server.includes(other.server)]).toEqual(['hello', true]);
      expect(between).toContain(other.databases['shop']?.from[0]);

      // The server goes and comes back; the pooler and its clients stay.
      compose('restart', 'db');
      await until(async () => (await ask('api')).databases?.['billing']?.answers === 120);
      compose('stop', 'db-pooler');
      expect(inspect('db-pooler').State.ExitCode).toBe(0);
    });
  });
});

/** With what it needs. */
function copyPackage(name: string, to: string): void {
  const from = path.join(repository, 'node_modules', name);
  const target = path.join(to, 'node_modules', name);
  cpSync(from, target, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const needed of Object.keys(dependencies)) copyPackage(needed, to);
}
