import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { param, postgres, redis, secret, service } from '../../../../src/index.ts';
import { fillVariables } from '../../../../src/promote/compose/env-file.ts';
import { promoteResources, promoteToCompose, stackOf } from '../../../rig/promote.ts';

const image = 'node:20-alpine';

test('two things of one name in the file of secrets get one each', () => {
  const db = postgres();
  const api = service({
    image,
    port: 8080,
    env: { URL: db.url, X: secret('DB_PASSWORD', { generate: true }), P: param('API_PORT', { default: 4000 }) },
  });
  const { text, variables } = promoteResources({ db, api });
  expect([...variables.keys()].toSorted()).toEqual(['API_PORT', 'API_PORT_2', 'DB_PASSWORD', 'DB_PASSWORD_2']);
  expect(text).toContain('URL: postgresql://app:${DB_PASSWORD:?}@db:5432/db');
  expect(text).toContain('X: ${DB_PASSWORD_2:?}');
});

test('every port that somebody outside has an address of is published, each under its own number', () => {
  const d = service({ image, ports: { http: 8080, admin: 9100 } });
  const e = service({ image, env: { ADMIN: d.endpoint('admin').publicUrl, IN: d.url } });
  const { text } = promoteResources({ d, e });
  expect(text).toContain('ADMIN: http://localhost:${D_ADMIN_PORT:-9100}');
  expect(text).toContain('127.0.0.1:${D_ADMIN_PORT:-9100}:9100');
  expect(text).not.toContain(':8080:8080"\n    networks: [d');
});

test('a number that the file has already is given to nobody else', () => {
  const { variables } = promoteResources({
    a: service({ image }),
    b: service({ image }),
  });
  const parts = { given: {}, tag: 'x', makeUp: () => 'x', filesHash: () => 'x', buildFile: () => undefined };
  const freePort = (number: number, taken: ReadonlySet<number>) => {
    let port = number;
    while (taken.has(port)) port += 1;
    return port;
  };
  const { values } = fillVariables(variables, { ...parts, known: { B_PORT: '8080' }, freePort });
  expect(Object.fromEntries(values)).toEqual({ A_PORT: '8081', B_PORT: '8080' });
});

test('a default follows the config, unless somebody set another value', () => {
  const { text, variables } = promoteResources({
    a: service({ image, env: { LEVEL: param('LEVEL', { default: 'info' }), ODD: param('ODD', { default: 'a}b' }) } }),
  });
  expect(text).toContain('LEVEL: ${LEVEL:-info}');
  const parts = {
    given: {},
    tag: 'x',
    makeUp: () => 'x',
    filesHash: () => 'x',
    buildFile: () => undefined,
    freePort: (port: number) => port,
  };
  expect(fillVariables(variables, { ...parts, known: {} }).values.has('LEVEL')).toBe(false);
  expect(fillVariables(variables, { ...parts, known: {} }).values.get('ODD')).toBe('a}b');
  expect(fillVariables(variables, { ...parts, known: { LEVEL: 'debug' } }).values.get('LEVEL')).toBe('debug');
});

test('images of which nothing is known may become somebody else, and arguments reach the server behind a shell', () => {
  const { text } = promoteResources({
    web: service({ image: 'nginx:1.29', port: 80 }),
    cache: redis({ password: 'x', args: ['--maxmemory', '32mb'] }),
  });
  expect(text).toMatch(/web:[\s\S]*cap_drop: \[ALL\]\n {4}cap_add:\n {6}- CHOWN/);
  expect(text).toMatch(/exec redis-server \/tmp\/server\.conf \\"\$\$@\\""\n {6}- sh\n {6}- --maxmemory\n {6}- 32mb/);
});

test('what is started by hand in dev is so there, unless somebody waits for it', () => {
  const late = service({ image, autostart: false });
  const needed = service({ image, autostart: false });
  const { text } = promoteResources({ late, needed, web: service({ image, dependsOn: needed }) });
  expect(text.match(/profiles: \[manual\]/g)).toHaveLength(1);
  expect(text).toMatch(/ {2}late:\n[^:]*:[^:]*:[^:]*:[^:]*profiles: \[manual\]/);
});

test('an init file that is no text is an error with its place, and a secret of a server is one of the file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'devstack-init-'));
  try {
    writeFileSync(path.join(folder, 'dump.sql.gz'), Buffer.from([0x1f, 0x8b, 0xff, 0x00]));
    const { plan, text } = promoteResources({
      db: postgres({ init: path.join(folder, 'dump.sql.gz'), env: { EXTRA_TOKEN: 'sk_live_abc' } }),
    });
    expect(plan.problems).toEqual([
      {
        code: 'not-text',
        at: expect.stringContaining('clashes.test.ts'),
        message: expect.stringContaining('dump.sql.gz is no text'),
      },
    ]);
    expect(text).toContain('EXTRA_TOKEN: ${EXTRA_TOKEN:?}');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a resource with the name of what makes the databases of a server is an error with the place of both', () => {
  const db = postgres();
  db.addDatabase('billing');
  const { plan } = promoteResources({ db, 'db-databases': service({ image, env: { URL: db.url } }) });
  expect(plan.problems).toEqual([
    {
      code: 'name-taken',
      at: expect.stringMatching(/clashes\.test\.ts:\d+$/),
      message: expect.stringMatching(/^db has a db-databases beside it .* \(.*clashes\.test\.ts:\d+\) has that name/),
    },
  ]);
});

test('a resource that is only named like that is not taken for it', () => {
  const db = postgres();
  const { plan } = promoteResources({
    db,
    'db-databases': service({ image }),
    api: service({ image, env: { URL: db.url } }),
  });
  expect([plan.problems, plan.workloads.find(({ name }) => name === 'api')?.needs]).toEqual([
    [],
    [{ on: 'db', gate: 'ready' }],
  ]);
});

test('two images of one name get one each', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'devstack-names-'));
  try {
    for (const name of ['a', 'b']) {
      mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, name, 'package.json'), JSON.stringify({ name: `@${name}/api` }));
      writeFileSync(path.join(folder, name, 'main.mjs'), '');
    }
    const { text } = promoteToCompose(
      stackOf(
        {
          a: service({ cwd: path.join(folder, 'a'), dev: 'node main.mjs' }),
          b: service({ cwd: path.join(folder, 'b'), dev: 'node main.mjs' }),
        },
        folder,
      ),
    );
    expect(text.match(/image: shop\/.*/g)).toEqual([
      'image: shop/api:${IMAGE_TAG:-dev}',
      'image: shop/b:${IMAGE_TAG:-dev}',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a build arg that looks like a secret is in no file for git, and that is said', () => {
  const { tree, plan } = promoteResources({
    api: service({
      build: { context: 'api', args: { NPM_TOKEN: 'npm_0123', LEVEL: 'info' } },
      port: 80,
    }),
  });
  for (const text of tree.values()) expect(text).not.toContain('npm_0123');
  expect(tree.get('deploy/compose/compose.yaml')).toContain('NPM_TOKEN: ${NPM_TOKEN:?}\n        LEVEL: info\n');
  expect(tree.get('deploy/docker/docker-bake.hcl')).toContain('NPM_TOKEN = "${NPM_TOKEN}"\n    LEVEL = "info"\n');
  expect(plan.notes.map(({ text }) => text)).toContain(
    'build.args.NPM_TOKEN goes to the secrets, since its name says that it is secret, and is readable in the image: use build.secrets',
  );
});
