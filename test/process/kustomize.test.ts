import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../src/promote/kubernetes/manifests.ts';
import { listAt, textAt } from '../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../src/promote/kubernetes/rules/violations.ts';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../rig/kubernetes-schema.ts';
import { kustomized, type Kustomized } from '../rig/kustomized.ts';
import { everything } from '../rig/everything.ts';
import { EVERYTHING, loadExample, promoteToKubernetes, stackOf, STACKS } from '../rig/promote.ts';
import type { InCluster } from '../rig/promote.ts';

const clients = kubernetesClientsHere();
const why = 'reason' in clients ? ` (skipped: ${clients.reason})` : '';
const validators = KUBERNETES_VERSIONS.map(kubernetesValidator);

describe.skipIf(why !== '')(`what kubectl makes of the files for Kubernetes${why}`, () => {
  const make = (promoted: InCluster) => kustomized('folder' in clients ? clients.folder : '', promoted);
  const built = (files: Kustomized, below: string) => {
    const { manifests, problems } = parseManifests(files.built(below));
    expect(problems).toEqual([]);
    return manifests.map(({ object }) => object);
  };

  test.each(STACKS)('%s: the base is what was rendered', async (_name, load) => {
    const promoted = promoteToKubernetes(await load());
    using files = make(promoted);
    const byName = (objects: InCluster['objects']) =>
      Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
    expect(byName(built(files, 'deploy/k8s/base'))).toEqual(byName(promoted.objects));
  });

  test('what logs in for KEDA finds the Secret under the name it has there', async () => {
    const promoted = promoteToKubernetes(await loadExample('examples/identity'));
    using files = make(promoted);
    const objects = built(files, 'deploy/k8s/overlays/production');
    const login = objects.find(({ kind }) => kind === 'TriggerAuthentication');
    const [named = ''] = listAt(login, 'spec', 'secretTargetRef').map((one) => textAt(one, 'name'));
    expect(named).toMatch(/^mq-app-\w+$/);
    expect(objects.filter(({ kind, metadata }) => kind === 'Secret' && metadata.name === named)).toHaveLength(1);
    const kedas = built(files, 'deploy/k8s/overlays/kind').filter(({ apiVersion }) =>
      apiVersion.startsWith('keda.sh/'),
    );
    expect(kedas).toEqual([]);
  });

  test('Secrets in files are found under the names they have there', () => {
    const promoted = promoteToKubernetes(stackOf(everything(), undefined, EVERYTHING));
    using files = make(promoted);
    const objects = built(files, 'deploy/k8s/overlays/production');
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
    using files = make(promoted);
    expect(promoted.overlays.map(({ name }) => name)).toEqual(['kind', 'staging', 'production']);
    for (const overlay of promoted.overlays) {
      const objects = built(files, overlay.folder);
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
