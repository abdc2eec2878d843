import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { linterHere, type Linter } from '../rig/kubernetes-linters.ts';
import { kustomized } from '../rig/kustomized.ts';
import { promoteToKubernetes, STACKS } from '../rig/promote.ts';

const clients = kubernetesClientsHere();

let schemas: string;

beforeAll(() => {
  schemas = mkdtempSync(path.join(tmpdir(), 'devstack-schemas-'));
  const repository = path.resolve(import.meta.dirname, '../..');
  const file = path.join(repository, 'test/schemas/kubernetes/kubernetes-1.35.json');
  const whole = JSON.parse(readFileSync(file, 'utf8')) as { readonly $defs: object };
  for (const name of Object.keys(whole.$defs)) {
    // As it looks for them: `deployment-apps-v1`, `service-v1`.
    const [, group = '', version = '', kind = ''] = /^io\.k8s\.api\.(\w+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
    const suffix = group === 'core' ? version : `${group}-${version}`;
    const schema = { ...whole, $ref: `#/$defs/${name}` };
    writeFileSync(path.join(schemas, `${kind.toLowerCase()}-${suffix}.json`), JSON.stringify(schema));
  }
});

afterAll(() => rmSync(schemas, { recursive: true }));

/** How it is asked. Its schemas come from the network, unless it is given others; kinds of operators have none. */
const ARGUMENTS: Readonly<Record<Linter, () => readonly string[]>> = {
  'kube-score': () => ['score', '--output-format', 'ci', '--kubernetes-version', 'v1.30'],
  'kube-linter': () => ['lint', '--format', 'plain'],
  kubeconform: () => [
    '-strict',
    '-ignore-missing-schemas',
    '-schema-location',
    path.join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json'),
  ],
};

/** What they say when there is nothing to say. */
const CONTENT = /^\[(?:OK|SKIPPED)\]|^$|^KubeLinter |^No lint errors found!$/;

for (const linter of ['kube-score', 'kube-linter', 'kubeconform'] as const) {
  const program = 'folder' in clients ? linterHere(linter) : undefined;
  describe.skipIf(program === undefined)(
    `what ${linter} itself says${program === undefined ? ' (it is not here)' : ''}`,
    () => {
      test.each(STACKS)('%s: nothing, in any overlay', async (_name, load) => {
        const promoted = promoteToKubernetes(await load());
        using files = kustomized('folder' in clients ? clients.folder : '', promoted);
        for (const overlay of promoted.overlays) {
          const file = path.join(files.folder, `${overlay.name}.yaml`);
          writeFileSync(file, files.built(overlay.folder));
          const { status, stdout, stderr } = spawnSync(program ?? '', [...ARGUMENTS[linter](), file], {
            encoding: 'utf8',
          });
          const said = `${stdout}${stderr}`.split('\n').filter((line) => !CONTENT.test(line));
          expect([overlay.name, said, status]).toEqual([overlay.name, [], 0]);
        }
      });
    },
  );
}
