import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { postgres, service, task } from '../../src/index.ts';
import { instanceOf } from '../../src/promote/kubernetes/cluster.ts';
import { parseManifests } from '../../src/promote/kubernetes/manifests.ts';
import type { KubeObject } from '../../src/promote/kubernetes/object.ts';
import { dataAt } from '../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../src/promote/kubernetes/rules/violations.ts';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../rig/kubernetes-schema.ts';
import { loadExample, promoteToHelm, STACKS, stackOf } from '../rig/promote.ts';
import type { Charted } from '../rig/promote.ts';

const clients = kubernetesClientsHere();
const why = 'reason' in clients ? ` (skipped: ${clients.reason})` : '';
const validators = KUBERNETES_VERSIONS.map(kubernetesValidator);

describe.skipIf(why !== '')(`the chart, as helm reads it${why}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devstack-helm-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const written = ({ tree, folder: below }: Charted): string => {
    for (const [name, text] of tree) write(name, text);
    return path.join(folder, below);
  };
  const helm = (...args: readonly string[]) =>
    spawnSync(path.join('folder' in clients ? clients.folder : '', 'helm'), args, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    });
  const template = (chart: string, namespace: string, ...args: readonly string[]): readonly KubeObject[] => {
    const { status, stdout, stderr } = helm('template', 'release', chart, '--namespace', namespace, ...args);
    expect([status, stderr]).toEqual([0, '']);
    const { manifests, problems } = parseManifests(stdout);
    expect(problems).toEqual([]);
    return manifests.map(({ object }) => object);
  };
  const expectGood = (objects: readonly KubeObject[]): void => {
    for (const errorsOf of validators) expect(objects.flatMap(errorsOf)).toEqual([]);
    const found = judge(objects).violations;
    expect(found.map(({ rule, text, object }) => [object.kind, object.metadata.name, rule, text])).toEqual([]);
  };

  test.each(STACKS)('%s: without other values it is the base', async (_name, load) => {
    const chart = promoteToHelm(await load());
    const { cluster, namespace } = { cluster: chart.cluster.cluster, namespace: chart.cluster.cluster.namespace };
    const at = written(chart);
    const { status, stdout } = helm('lint', '--strict', at);
    expect([status, stdout]).toEqual([0, expect.stringContaining('1 chart(s) linted, 0 chart(s) failed')]);
    const objects = template(at, namespace);
    expectGood(objects);
    const jobs = cluster.workloads.filter((one) => instanceOf(one) !== one.name);
    const base = chart.cluster.objects.filter(({ kind }) => !/^(?:Namespace|ResourceQuota|LimitRange)$/.test(kind));
    expect(
      comparable(
        objects,
        jobs.map(({ name }) => name),
      ),
    ).toEqual(
      comparable(
        base,
        jobs.map(({ name }) => name),
      ),
    );
  });

  test.each(STACKS)('%s: with all values changed it still keeps the schemas and the rules', async (_name, load) => {
    const chart = promoteToHelm(await load());
    const at = written(chart);
    const values = write('other.yaml', stringify(otherValues(chart)));
    const objects = template(at, 'elsewhere', '--values', values);
    expectGood(objects);
    const { namespace } = chart.cluster.cluster;
    const text = JSON.stringify(objects);
    expect(text).not.toContain(`.${namespace}.svc`);
    expect(text).not.toContain(`.${namespace}.localhost`);
    expect(text).not.toContain(`"namespace":"${namespace}"`);
    expect(text).not.toMatch(/"image":"(?!mirror[.]example[.]com\/)/);
    for (const object of objects.filter(({ kind }) => /^(?:Deployment|StatefulSet|Job|CronJob)$/.test(kind))) {
      const pod = JSON.stringify(object);
      for (const wanted of ['"disk":"ssd"', '"example.com/a":"b"', '"{{ $(open) }}"'])
        expect([object.metadata.name, pod]).toEqual([object.metadata.name, expect.stringContaining(wanted)]);
    }
    expect(helm('lint', '--strict', at, '--values', values).status).toBe(0);
  });

  test('what is none is refused in words, and so is a secret among open values', async () => {
    const at = written(promoteToHelm(await loadExample('.')));
    const refused = (...args: readonly string[]) => {
      const { status, stderr } = helm('template', 'shop', at, ...args);
      expect(status).not.toBe(0);
      return stderr;
    };
    expect(refused('--set', 'api.replicas=many')).toMatch(/api.replicas.*got string, want integer/);
    expect(refused('--set', 'api.replica=3')).toMatch(/additional properties 'replica' not allowed/);
    expect(refused('--set', 'db.replicas=2')).toMatch(/db.replicas.*maximum/);
    expect(refused('--set', 'api.env.API_TOKEN=x')).toMatch(
      /api.env.API_TOKEN.*value must be 'in the Secret of existingSecret'/,
    );
    expect(refused('--set', 'api.image=null')).toMatch(/missing property 'image'/);
  });

  test('what can be turned off is, and what was empty is there', async () => {
    const api = service({
      build: { context: '.' },
      port: 8080,
      deploy: { ingress: { host: 'api.example.com' }, autoscale: { min: 2, max: 5, cpu: 60 } },
      sidecars: [{ name: 'log-proxy', image: 'envoyproxy/envoy:v1.33.0', env: { LEVEL: 'info' } }],
    });
    const report = task({ cwd: 'api', run: 'node report.mjs', schedule: '0 3 * * *' });
    const page = service({ build: { context: '.' }, port: 80, env: { API: `${api.publicUrl}/v1` } });
    const at = written(promoteToHelm(stackOf({ db: postgres(), api, page, report })));
    const file = write(
      'other.yaml',
      stringify({
        db: { storage: { data: { size: '50Gi', storageClass: 'fast' } } },
        api: {
          autoscaling: { enabled: false },
          replicas: 4,
          ingress: { tls: { enabled: false } },
          sidecars: { 'log-proxy': { image: { tag: 'v2', digest: `sha256:${'a'.repeat(64)}` } } },
          podAnnotations: null,
        },
        page: { ingress: { enabled: false }, affinity: { nodeAffinity: {} } },
        report: { schedule: '0 4 * * *', suspend: true },
      }),
    );
    const objects = template(at, 'shop', '--values', file);
    for (const errorsOf of validators) expect(objects.flatMap(errorsOf)).toEqual([]);
    const found = (kind: string, name: string): unknown =>
      objects.find((one) => one.kind === kind && one.metadata.name === name);
    expect([found('HorizontalPodAutoscaler', 'api'), found('Ingress', 'page')]).toEqual([undefined, undefined]);
    expect(found('Deployment', 'api')).toMatchObject({
      spec: {
        replicas: 4,
        template: {
          spec: { initContainers: [{ image: `envoyproxy/envoy:v2@sha256:${'a'.repeat(64)}` }] },
        },
      },
    });
    expect(found('Ingress', 'api')).not.toHaveProperty('spec.tls');
    expect(found('ConfigMap', 'page-config')).toMatchObject({ data: { API: 'http://api.example.com/v1' } });
    expect(found('Deployment', 'page')).toHaveProperty('spec.template.spec.affinity', { nodeAffinity: {} });
    expect(found('StatefulSet', 'db')).toMatchObject({
      spec: {
        volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '50Gi' } } } }],
      },
    });
    expect(found('CronJob', 'report')).toMatchObject({ spec: { schedule: '0 4 * * *', suspend: true } });
  });

  test('a Job has another name when it is another, and pods begin anew with another setting', async () => {
    const at = written(promoteToHelm(await loadExample('.')));
    const named = (...args: readonly string[]) => {
      const objects = template(at, 'shop', ...args);
      const job = objects.find(({ kind }) => kind === 'Job');
      const web = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web');
      return {
        job: job?.metadata.name,
        image: JSON.stringify(job).match(/"image":"[^"]*"/)?.[0],
        web: JSON.stringify(web),
      };
    };
    const before = named();
    expect(named().job).toBe(before.job);
    expect(named('--set', 'api.replicas=9').job).toBe(before.job);
    const after = named('--set', 'global.imageTag=3f9c2a1b7d04');
    expect(after.job).not.toBe(before.job);
    expect(after.image).toContain(':3f9c2a1b7d04"');
    expect(named('--set', 'api.ingress.host=api.example.com').web).toBe(before.web);
  });

  test('what looks like a template arrives as it is', () => {
    const words = '<b>{{ .Values.secret }}</b> {{{ raw }}} {{- end }}\n';
    const files = { '/etc/app/page.html': words };
    const api = service({ build: { context: '.' }, port: 80, env: { FORMAT: '{{ .Name }}' }, files });
    const objects = template(written(promoteToHelm(stackOf({ api }))), 'shop');
    const data = objects.filter(({ kind }) => kind === 'ConfigMap').map((object) => object['data']);
    expect(data).toEqual([expect.objectContaining({ FORMAT: '{{ .Name }}' }), { 'page.html': words }]);
  });
});

/** Without what is said to differ: who manages them, the hash a pod begins anew with, and the hash in names of Jobs. */
function comparable(objects: readonly KubeObject[], jobs: readonly string[]): Readonly<Record<string, unknown>> {
  const names = new RegExp(`^(${jobs.join('|')})-[0-9a-f]{8}$`);
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') return jobs.length > 0 ? value.replace(names, '$1') : value;
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).flatMap(([name, one]) => {
      if (name === 'app.kubernetes.io/managed-by') return [];
      if (name === 'devstack.dev/config-hash' || name === 'checksum/config') return [['a hash of its settings', '']];
      return [[name, plain(one)]];
    });
    return Object.fromEntries(fields) as unknown;
  };
  return Object.fromEntries(
    objects.map((object) => [`${object.kind}/${String(plain(object.metadata.name))}`, plain(object)]),
  );
}

/** Another one for everything that can be set. */
function otherValues({ tree, folder }: Charted): unknown {
  const values = parse(tree.get(`${folder}/values.yaml`) ?? '') as Record<string, Record<string, unknown>>;
  const { global: _global, ...services } = values;
  return {
    global: {
      imageRegistry: 'mirror.example.com',
      imageTag: '3f9c2a1b7d04',
      imagePullSecrets: [{ name: 'login-of-mirror' }],
    },
    ...Object.fromEntries(
      Object.entries(services).map(([name, own]) => [
        name,
        {
          env: { FORMAT: '{{ $(open) }}' },
          podAnnotations: { 'example.com/a': 'b' },
          nodeSelector: { disk: 'ssd' },
          tolerations: [{ key: 'only', operator: 'Exists', effect: 'NoSchedule' }],
          resources: { requests: { cpu: '250m' } },
          ...(own['serviceAccount'] !== undefined && { serviceAccount: { annotations: { 'example.com/role': name } } }),
          ...(own['existingSecret'] !== undefined && { existingSecret: `${name}-of-vault` }),
          ...(own['ingress'] !== undefined && {
            ingress: {
              host: `${name}.example.com`,
              // A route has none.
              ...(dataAt(own['ingress'])['className'] !== undefined && { className: 'traefik' }),
              annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
            },
          }),
        },
      ]),
    ),
  };
}
