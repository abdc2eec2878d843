import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

const withoutKubectl = answers('kubectl') ? '' : ' (skipped: kubectl is not on this machine)';

function answers(program: string): boolean {
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  rig.write('api/package.json', '{ "name": "api" }');
  rig.write('api/server.mjs', '');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, secret, service } from 'devstack';
const db = postgres({ password: 'of-dev' });
const api = service({ cwd: './api', dev: 'node server.mjs', env: { DATABASE_URL: db.url, KEY: secret('API_KEY') } });
export default defineConfig({ name: 'shop', resources: { db, api } });`,
  );
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const promote = (...args: readonly string[]) =>
  devstack(['promote', '--to', 'kubernetes', ...args], { cwd: rig.folder, env: rig.env }).finished;
const at = (name: string) => path.join(rig.folder, 'deploy/k8s', name);
const read = (name: string) => readFileSync(at(name), 'utf8');

async function give(name: string, value: string): Promise<void> {
  const args = ['secret', 'set', name, '--target', 'kubernetes'];
  const set = devstack(args, { cwd: rig.folder, env: rig.env, stdin: 'pipe' });
  set.process.stdin?.end(value);
  expect((await set.finished).code).toBe(0);
}

function kustomized(overlay: string): string {
  return execFileSync('kubectl', ['kustomize', at(`overlays/${overlay}`)], { encoding: 'utf8' });
}

test('out of a store: no value is anywhere, and the store is told what it is asked for', async () => {
  await give('API_KEY', 'a-value');
  const first = await promote('--secrets', 'external-secrets', '--secret-store', 'SecretStore/vault');
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('The SecretStore vault is asked for shop-production, with: DB_PASSWORD, API_KEY'),
  ]);
  expect(readdirSync(at('overlays/production')).toSorted()).toEqual(['external-secrets.yaml', 'kustomization.yaml']);
  // A machine of one's own has no operator.
  expect(read('overlays/kind/secrets/api.env')).toContain('KEY=a-value\n');
  expect((await promote('--secrets', 'external-secrets', '--secret-store', 'SecretStore/vault', '--diff')).code).toBe(
    0,
  );
});

test('what plain files had is taken away, but for the values somebody may want to move', async () => {
  await give('API_KEY', 'a-value');
  await promote();
  expect(existsSync(at('overlays/production/secrets/api.env'))).toBe(true);
  await promote('--secrets', 'external-secrets');
  expect(existsSync(at('overlays/production/secrets/api.env'))).toBe(false);
  expect(read('overlays/production/secrets.env')).toContain('API_KEY=a-value\n');
  expect(read('overlays/production/external-secrets.yaml')).toContain('name: shop-secrets\n');
});

test.skipIf(withoutKubectl !== '')(`kustomize makes one of it${withoutKubectl}`, async () => {
  await promote('--secrets', 'external-secrets');
  const made = kustomized('production');
  expect(made).toContain('kind: ExternalSecret');
  expect(made.match(/reloader\.stakater\.com\/auto: "true"/g)).toHaveLength(2);
  expect(made).toContain('secretRef:\n            name: api-secrets\n');
});

/** Writes down what it is asked, and answers as a cluster does whose Secrets have the version in `version`. */
function standIn(program: string, text: string): string {
  const file = rig.write(`bin/${program}`, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${rig.folder}/calls'\n${text}\n`);
  chmodSync(file, 0o755);
  return `${path.dirname(file)}${path.delimiter}${process.env['PATH']}`;
}

const KUBECTL = `case "$*" in
  *'get secret'*) cat version ;;
  *'create secret'*) echo made ;;
  *apply*) [ "$(cat)" = made ] ;;
esac`;

test('by kubectl: a script that has no value in it, nor in arguments, and begins pods anew', async () => {
  await give('API_KEY', 'a-value');
  const first = await promote('--secrets', 'kubectl');
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('Secrets of production are made by: sh deploy/k8s/overlays/production/create-secrets.sh'),
  ]);
  expect(read('overlays/production/kustomization.yaml')).not.toContain('secretGenerator');
  expect(read('overlays/production/secrets/api.env')).toContain('KEY=a-value\n');

  const PATH = standIn('kubectl', KUBECTL);
  rig.write('deploy/k8s/overlays/production/version', '');
  const run = () => {
    writeFileSync(path.join(rig.folder, 'calls'), '');
    execFileSync('sh', [at('overlays/production/create-secrets.sh'), '--context', 'far'], { env: { PATH } });
    return readFileSync(path.join(rig.folder, 'calls'), 'utf8');
  };
  const calls = run();
  expect(calls).toContain('create secret generic api-secrets -n shop --from-env-file=secrets/api.env');
  expect(calls).not.toContain('rollout');
  expect(calls).not.toContain('a-value');
  for (const call of calls
    .trim()
    .split('\n')
    .filter((one) => !one.startsWith('create secret')))
    expect(call).toMatch(/^--context far /);

  standIn('kubectl', KUBECTL.replace('cat version', 'date +%N'));
  expect(run()).toContain('--context far -n shop rollout restart statefulset/db deployment/api\n');
});

test.skipIf(withoutKubectl !== '')(`kubectl reads the files as kustomize does${withoutKubectl}`, async () => {
  await give('API_KEY', `a b#c='"$x`);
  await promote('--secrets', 'kubectl');
  const file = `--from-env-file=${at('overlays/production/secrets/api.env')}`;
  const args = ['create', 'secret', 'generic', 'x', file, '--dry-run=client', '-o', 'jsonpath={.data.KEY}'];
  expect(Buffer.from(execFileSync('kubectl', args, { encoding: 'utf8' }), 'base64').toString()).toBe(`a b#c='"$x`);
  expect(kustomized('production')).toContain('name: api-secrets\n');
});

function certificate(name: string): string {
  const words = 'req -x509 -nodes -newkey rsa:2048 -subj /CN=sealed-secret -days 30'.split(' ');
  execFileSync('openssl', [...words, '-keyout', `${name}.key`, '-out', `${name}.pem`], {
    cwd: rig.folder,
    stdio: 'ignore',
  });
  return `${name}.pem`;
}

test('sealed: encrypted files are in git, stay while their values do, and pods are told of another', async () => {
  await give('API_KEY', 'a-value');
  const args = ['--secrets', 'sealed-secrets', '--sealed-cert', certificate('cluster')];
  expect((await promote(...args, '--diff')).stdout).toContain(
    'new      deploy/k8s/overlays/production/sealed/api-secrets.yaml\n',
  );
  expect((await promote(...args)).code).toBe(0);
  const files = ['sealed/api-secrets.yaml', 'sealed/db-app.yaml', 'api-secret-hash.yaml', 'db-secret-hash.yaml'];
  const all = () => files.map((file) => read(`overlays/production/${file}`));
  const before = all();
  expect(before.join('')).not.toContain('a-value');
  expect(existsSync(at('overlays/production/secrets/api.env'))).toBe(false);
  expect(statSync(at('overlays/production/secrets/.encrypted.json')).mode & 0o777).toBe(0o600);
  expect((await promote(...args, '--diff')).code).toBe(0);
  expect((await promote(...args)).code).toBe(0);
  expect(all()).toEqual(before);

  await give('API_KEY', 'another');
  expect((await promote(...args)).code).toBe(0);
  expect(all().map((text, index) => text === before[index])).toEqual([false, true, false, true]);
});

test('sealed: who has not the values makes up no others', async () => {
  await give('API_KEY', 'a-value');
  const args = ['--secrets', 'sealed-secrets', '--sealed-cert', certificate('cluster')];
  await promote(...args);
  const before = read('overlays/production/sealed/db-app.yaml');
  rmSync(at('overlays/production/secrets.env'));
  rmSync(at('overlays/production/secrets'), { recursive: true });
  const again = await promote(...args);
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining('overlays/production/secrets.env is on another machine, so what is encrypted there stays'),
  ]);
  expect(read('overlays/production/sealed/db-app.yaml')).toBe(before);
  expect(existsSync(at('overlays/production/secrets.env'))).toBe(false);

  const config = readFileSync(path.join(rig.folder, 'devstack.config.ts'), 'utf8');
  rig.write('devstack.config.ts', config.replace('KEY:', "MORE: secret('MORE'), KEY:"));
  expect((await promote(...args)).stderr).toContain(
    'deploy/k8s/overlays/production/secrets.env is on another machine; for what is new here it is needed: MORE',
  );
  expect(read('overlays/production/sealed/db-app.yaml')).toBe(before);
});

test('sealed: what is no certificate, or is one no more, is refused before anything is written', async () => {
  rig.write('text.pem', 'no certificate');
  copyFileSync(path.join(import.meta.dirname, '../rig/ended-certificate.pem'), path.join(rig.folder, 'ended.pem'));
  for (const [args, code, why] of [
    [[], 2, 'takes the certificate of the cluster: --sealed-cert cert.pem, which kubeseal --fetch-cert writes'],
    [['--sealed-cert', 'none.pem'], 1, 'ENOENT'],
    [['--sealed-cert', 'text.pem'], 1, 'Secrets cannot be sealed with text.pem'],
    [['--sealed-cert', 'ended.pem'], 1, 'it ended on 2020-02-01'],
  ] as const)
    expect([args, await promote('--secrets', 'sealed-secrets', ...args)]).toEqual([
      args,
      expect.objectContaining({ code, stderr: expect.stringContaining(why) }),
    ]);
  expect(existsSync(at('.'))).toBe(false);
});

test.skipIf(withoutKubectl !== '')(`kustomize takes what is sealed${withoutKubectl}`, async () => {
  await give('API_KEY', 'a-value');
  await promote('--secrets', 'sealed-secrets', '--sealed-cert', certificate('cluster'));
  const made = kustomized('production');
  expect(made.match(/kind: SealedSecret/g)).toHaveLength(2);
  expect(made.match(/devstack\.dev\/secret-hash: \w{12}/g)).toHaveLength(2);
});

/** Turns every value around, as whoever cannot read it would see it. */
const SOPS = `cat /dev/stdin > text
case "$*" in *--filename-override\\ deploy/k8s/*.enc.yaml*) ;; *) echo no rule >&2; exit 1 ;; esac
sed 's/^\\(  [A-Z_]*: \\).*/\\1ENC/' text
printf 'sops:\\n  version: 3\\n'`;

test('by sops: it gets the text on its input, and files in git have no value', async () => {
  await give('API_KEY', 'a-value');
  const PATH = standIn('sops', SOPS);
  const run = () =>
    devstack(['promote', '--to', 'kubernetes', '--secrets', 'sops'], { cwd: rig.folder, env: { ...rig.env, PATH } })
      .finished;
  expect((await run()).code).toBe(0);
  const calls = readFileSync(path.join(rig.folder, 'calls'), 'utf8');
  expect(calls.trim().split('\n')).toHaveLength(4);
  expect(calls).toContain(
    'encrypt --encrypted-regex ^(data|stringData)$ --input-type yaml --output-type yaml --filename-override deploy/k8s/overlays/production/sops/api-secrets.enc.yaml /dev/stdin\n',
  );
  expect(calls).not.toContain('a-value');
  const made = read('overlays/production/sops/api-secrets.enc.yaml');
  expect(made).toContain('  KEY: ENC\n');
  expect(made).not.toContain('a-value');
  expect(read('overlays/production/kustomization.yaml')).toContain('sops/api-secrets.enc.yaml');
  expect((await run()).code).toBe(0);
  expect(readFileSync(path.join(rig.folder, 'calls'), 'utf8')).toBe(calls);
});

test('without sops, or where it refuses, nothing is written', async () => {
  await give('API_KEY', 'a-value');
  const run = (PATH: string) =>
    devstack(['promote', '--to', 'kubernetes', '--secrets', 'sops'], { cwd: rig.folder, env: { ...rig.env, PATH } })
      .finished;
  const few = path.dirname(rig.write('few/README', ''));
  for (const program of ['sh', 'cat']) symlinkSync(`/bin/${program}`, path.join(few, program));
  const without = await run(few);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('takes sops, which is not here')]);
  const refused = await run(standIn('sops', 'echo no matching creation rules found >&2; exit 1'));
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('no matching creation rules found')]);
  expect(existsSync(at('.'))).toBe(false);
});

test('what the config says holds, unless somebody says another way', async () => {
  const file = certificate('cluster');
  const config = readFileSync(path.join(rig.folder, 'devstack.config.ts'), 'utf8');
  const write = (kubernetes: string) =>
    rig.write(
      'devstack.config.ts',
      config.replace("name: 'shop'", `name: 'shop', promote: { kubernetes: ${kubernetes} }`),
    );
  write(`{ secrets: 'external-secrets', secretStore: 'SecretStore/vault' }`);
  expect((await promote('--output', 'one')).stderr).toContain('The SecretStore vault is asked for shop-production');
  expect((await promote('--output', 'two', '--secrets', 'kubectl', '--diff')).stdout).toContain('create-secrets.sh');
  write(`{ secrets: 'sealed-secrets', sealedCert: '${file}' }`);
  expect((await promote('--output', 'three', '--diff')).stdout).toContain('sealed/db-app.yaml');
  write(`{ secrets: 'none', secretStore: 'No Name', sealedCert: '../cert.pem' }`);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([1, expect.stringContaining('stack.promote.kubernetes.secrets')]);
  for (const option of ['secretStore', 'sealedCert']) expect(stderr).toContain(`stack.promote.kubernetes.${option}`);
});

test('a way of another target, or one of another way, is refused', async () => {
  for (const [args, why] of [
    [['--secret-store', 'vault'], '--secret-store is for --secrets external-secrets'],
    [['--sealed-cert', 'cert.pem'], '--sealed-cert is for --secrets sealed-secrets'],
    [['--secrets', 'none'], 'Allowed choices are plain'],
    [['--secrets', 'external-secrets', '--secret-store', 'No Name'], 'It must be a name'],
  ] as const) {
    const { code, stderr } = await promote(...args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(why)]);
  }
  const { code, stderr } = await devstack(['promote', '--to', 'compose', '--secrets', 'plain'], {
    cwd: rig.folder,
    env: rig.env,
  }).finished;
  expect([code, stderr]).toEqual([2, expect.stringContaining('--secrets is for --to kubernetes')]);
});
