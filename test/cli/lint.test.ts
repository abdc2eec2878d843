import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { good } from '../unit/promote/kubernetes/good-objects.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const run = (...args: readonly string[]) => devstack(['lint', ...args], { cwd: rig.folder, env: rig.env });
const lint = (...args: readonly string[]) => run(...args).finished;

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: api, namespace: shop }
data: { LEVEL: info }
`;
const HOME = CONFIG.replace(', namespace: shop', '');
const OPEN = `apiVersion: v1
kind: Service
metadata:
  name: api
  namespace: shop
  annotations:
    kube-score/ignore: service-type
    ignore-check.kube-linter.io/dangling-service: its pods are of an operator
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`;

test('manifests that break no rule end with 0', async () => {
  rig.write('k8s/app.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: good }));
  expect(await lint('-f', 'k8s')).toEqual({
    code: 0,
    stdout: `${good.length} objects in 1 file: 0 violations, 1 exemption
  exempt  k8s/app.json: Deployment/shop/web (replicas): no reason is given
`,
    stderr: '',
  });
});

test('a violation is a line on standard output, and ends with 1; an exemption is told with its reason', async () => {
  rig.write('k8s/nested/config.yaml', `${CONFIG}---\n${HOME}`);
  rig.write('k8s/service.yml', OPEN);
  expect(await lint('-f', 'k8s')).toEqual({
    code: 1,
    stdout: `k8s/nested/config.yaml: ConfigMap/api: it goes wherever kubectl happens to point; set metadata.namespace (namespace)
k8s/service.yml: Service/shop/api: LoadBalancer opens it to the outside; make it a ClusterIP behind an Ingress or a Gateway (service-type)
3 objects in 2 files: 2 violations, 1 exemption
  exempt  k8s/service.yml: Service/shop/api (service-without-pods): its pods are of an operator
`,
    stderr: '',
  });
});

test('files are read together, each once, and from standard input', async () => {
  rig.write('one.yaml', CONFIG);
  rig.write('two.yaml', CONFIG);
  expect((await lint('-f', 'one.yaml', 'two.yaml', '-f', 'one.yaml')).stdout).toBe(
    '2 objects in 2 files: 0 violations, 0 exemptions\n',
  );
  const running = devstack(['lint', '-f', '-'], { cwd: rig.folder, env: rig.env, stdin: 'pipe' });
  running.process.stdin?.end(HOME);
  expect(await running.finished).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^standard input: ConfigMap\/api: it goes/),
  });
});

test('what is not looked at in a folder is said: kustomizations, their patches, charts', async () => {
  rig.write('k8s/config.yaml', CONFIG);
  rig.write('k8s/overlay/kustomization.yaml', 'patches: [{ path: replicas.yaml }]\n');
  rig.write('k8s/overlay/replicas.yaml', HOME);
  rig.write('k8s/chart/Chart.yaml', 'name: x\n');
  rig.write('k8s/chart/templates/x.yaml', 'name: {{ x }}\n');
  rig.write('k8s/values.yaml', 'replicas: 3\n');
  rig.write('k8s/.hidden/x.yaml', HOME);
  expect(await lint('-f', 'k8s')).toEqual({
    code: 0,
    stdout: '1 object in 1 file: 0 violations, 0 exemptions\n',
    stderr: `  skipped  k8s/chart: a chart is rendered first: helm template … | devstack lint -f -
  skipped  k8s/overlay/kustomization.yaml: what it makes of the files is not looked at; for that: kubectl kustomize … | devstack lint -f -
  skipped  k8s/overlay/replicas.yaml: it is a patch of a kustomization
`,
  });
});

test('--json has violations and exemptions as data', async () => {
  rig.write('service.yaml', `\n${OPEN}`);
  const { code, stdout } = await lint('-f', 'service.yaml', '--json');
  const place = { file: 'service.yaml', line: 2, kind: 'Service', namespace: 'shop', name: 'api' };
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      ok: false,
      files: 1,
      objects: 1,
      violations: [
        {
          ...place,
          rule: 'service-type',
          text: 'LoadBalancer opens it to the outside; make it a ClusterIP behind an Ingress or a Gateway',
          checks: [{ tool: 'kube-linter', name: 'exposed-services' }],
        },
      ],
      exemptions: [
        {
          ...place,
          rule: 'service-without-pods',
          text: 'it has no selector, so it leads nowhere by itself; select pods, or make it an ExternalName',
          checks: [{ tool: 'kube-linter', name: 'dangling-service' }],
          reason: 'its pods are of an operator',
        },
      ],
      skipped: [],
    },
  ]);
});

test('--sarif is for code scanning', async () => {
  rig.write('a service.yaml', OPEN);
  const { code, stdout } = await lint('-f', 'a service.yaml', '--sarif');
  const sarif: { version: string; runs: { tool: { driver: { rules: { id: string }[] } }; results: object[] }[] } =
    JSON.parse(stdout);
  expect([code, sarif.version]).toEqual([1, '2.1.0']);
  expect(sarif.runs[0]?.tool.driver.rules.map(({ id }) => id)).toContain('service-type');
  const locations = [
    {
      physicalLocation: { artifactLocation: { uri: 'a%20service.yaml' }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: 'Service/shop/api' }],
    },
  ];
  expect(sarif.runs[0]?.results).toEqual([
    { ruleId: 'service-type', level: 'error', message: expect.anything(), locations },
    {
      ruleId: 'service-without-pods',
      level: 'error',
      message: expect.anything(),
      locations,
      suppressions: [{ kind: 'inSource', justification: 'its pods are of an operator' }],
    },
  ]);
});

test('everything that cannot be read is said at once, with file and line', async () => {
  rig.write('k8s/one.yaml', `${CONFIG}---\nkind: Service\nmetadata: { name: x }\n`);
  rig.write('k8s/two.yaml', 'a: [1\nb: 2\n');
  rig.write('empty/notes.txt', '');
  const { code, stdout, stderr } = await lint('-f', 'k8s', 'none.yaml', 'empty');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.split('\n')).toEqual([
    'k8s/one.yaml:6: it has no apiVersion',
    expect.stringMatching(/^k8s\/two\.yaml:2: /),
    'none.yaml: it is not there',
    'empty: there is no object of Kubernetes in it',
    'Nothing was looked at: objects name each other, so all of them are read first.',
    '',
  ]);
});

test('with --json that is data as well', async () => {
  const { code, stdout, stderr } = await lint('-f', 'none.yaml', '--json');
  const problems = [{ at: 'none.yaml', reason: 'it is not there' }];
  expect([code, JSON.parse(stdout), stderr]).toEqual([1, { ok: false, code: 'manifests-invalid', problems }, '']);
});

test('without a file it is a mistake in the command line', async () => {
  expect((await lint()).code).toBe(2);
  expect((await lint('-f', 'x', '--json', '--sarif')).code).toBe(2);
});

test('every command and every manifest of the page does what the page says', async () => {
  const page = readFileSync(path.join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/lint.md'), 'utf8');
  const block = (language: string) =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);
  const [manifest = ''] = block('yaml');
  rig.write('deploy/k8s/service.yaml', manifest);
  const [output] = block('text');
  const [command = ''] = block('sh').flatMap((text) => text.trim().split('\n'));
  expect((await devstack(command.split(' ').slice(1), { cwd: rig.folder, env: rig.env }).finished).stdout).toBe(output);
});
