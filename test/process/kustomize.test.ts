import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseManifests } from '../../src/promote/kubernetes/manifests.ts';
import { listAt, textAt } from '../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../src/promote/kubernetes/rules/violations.ts';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../rig/kubernetes-schema.ts';
import { everything } from '../rig/everything.ts';
import { EVERYTHING, loadExample, promoteToKubernetes, stackOf, STACKS } from '../rig/promote.ts';
import type { InCluster } from '../rig/promote.ts';

const clients = kubernetesClientsHere();
const why = 'reason' in clients ? ` (skipped: ${clients.reason})` : '';
const validators = KUBERNETES_VERSIONS.map(kubernetesValidator);

describe.skipIf(why !== '')(`what kubectl makes of the files for Kubernetes${why}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devstack-kustomize-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const writeAll = ({ tree, overlays, needed }: InCluster): void => {
    for (const [name, text] of tree) write(name, text);
    const values = new Map(needed.map(({ variable }) => [variable, `value-of-${variable}`]));
    for (const overlay of overlays)
      for (const { path: file, textOf } of overlay.sources.flatMap((source) => source.files)) {
        const made = textOf(values);
        if (made.kind === 'text') write(`${overlay.folder}/${file}`, made.text);
      }
  };
  const built = (below: string) => {
    const program = path.join('folder' in clients ? clients.folder : '', 'kubectl');
    const text = execFileSync(program, ['kustomize', path.join(folder, below)], { encoding: 'utf8', stdio: 'pipe' });
    const { manifests, problems } = parseManifests(text);
    expect(problems).toEqual([]);
    return manifests.map(({ object }) => object);
  };

  test.each(STACKS)('%s: the base is what was rendered', async (_name, load) => {
    const promoted = promoteToKubernetes(await load());
    writeAll(promoted);
    const byName = (objects: InCluster['objects']) =>
      Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
    expect(byName(built('deploy/k8s/base'))).toEqual(byName(promoted.objects));
  });

  test('what logs in for KEDA finds the Secret under the name it has there', async () => {
    const promoted = promoteToKubernetes(await loadExample('examples/identity'));
    writeAll(promoted);
    const objects = built('deploy/k8s/overlays/production');
    const login = objects.find(({ kind }) => kind === 'TriggerAuthentication');
    const [named = ''] = listAt(login, 'spec', 'secretTargetRef').map((one) => textAt(one, 'name'));
    expect(named).toMatch(/^mq-app-\w+$/);
    expect(objects.filter(({ kind, metadata }) => kind === 'Secret' && metadata.name === named)).toHaveLength(1);
    const kedas = built('deploy/k8s/overlays/kind').filter(({ apiVersion }) => apiVersion.startsWith('keda.sh/'));
    expect(kedas).toEqual([]);
  });

  test('Secrets in files are found under the names they have there', () => {
    const promoted = promoteToKubernetes(stackOf(everything(), undefined, EVERYTHING));
    writeAll(promoted);
    const objects = built('deploy/k8s/overlays/production');
    const agent = objects.find(({ kind }) => kind === 'DaemonSet');
    const named = listAt(agent, 'spec', 'template', 'spec', 'volumes')
      .flatMap((volume) => listAt(volume, 'projected', 'sources'))
      .map((source) => textAt(source, 'secret', 'name'));
    expect(named).toEqual([expect.stringMatching(/^agent-secrets-\w+$/), expect.stringMatching(/^mq-app-\w+$/)]);
    const secrets = objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
    expect(secrets).toEqual(expect.arrayContaining(named));
  });

  test.each(STACKS)('%s: every overlay keeps the schemas and the rules', async (_name, load) => {
    const promoted = promoteToKubernetes(await load());
    writeAll(promoted);
    expect(promoted.overlays.map(({ name }) => name)).toEqual(['kind', 'staging', 'production']);
    for (const overlay of promoted.overlays) {
      const objects = built(overlay.folder);
      expect(objects.length).toBeGreaterThanOrEqual(promoted.objects.length);
      for (const errorsOf of validators) expect([overlay.name, objects.flatMap(errorsOf)]).toEqual([overlay.name, []]);
      const found = judge(objects).violations.map(({ rule, text, object }) => [
        object.kind,
        object.metadata.name,
        rule,
        text,
      ]);
      expect([overlay.name, found]).toEqual([overlay.name, []]);
    }
  });
});
