import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MONITORING } from '../../../../src/core/delivery.ts';
import { postgres, service, worker } from '../../../../src/index.ts';
import { PLAIN } from '../../../../src/promote/kubernetes/secret-modes/mode.ts';
import { parseManifests } from '../../../../src/promote/kubernetes/manifests.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { deliveryErrors } from '../../../rig/delivery-schema.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../../../rig/kubernetes-schema.ts';
import { expectFiles, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const at = { cwd: 'api', dev: 'node server.mjs' };
const api = service({
  ...at,
  ports: { http: 8080, admin: 9090 },
  metrics: { path: '/internal/metrics', port: 'admin' },
});
const web = service({ ...at, metrics: { path: '/metrics' } });
const stack = stackOf({ db: postgres(), api, web, plain: service({ ...at }) });

describe.each(MONITORING)('by %s', (monitoring) => {
  const { tree, objects } = promoteToKubernetes(stack, PLAIN, monitoring);
  const files = new Map([...tree].filter(([name]) => name.includes('/components/')));
  const own = [...files]
    .filter(([name]) => !/kustomization|annotations/.test(name))
    .flatMap(([, text]) => parseManifests(text).manifests.map(({ object }) => object));

  test('the component is what it was', () => {
    expectFiles(files, path.join(import.meta.dirname, 'golden', `monitoring-${monitoring}`));
  });

  test('its objects keep the schemas and the rules', () => {
    for (const object of own)
      if (object.apiVersion.startsWith('monitoring.')) expect(deliveryErrors(object)).toEqual([]);
      else for (const version of KUBERNETES_VERSIONS) expect(kubernetesValidator(version)(object)).toEqual([]);
    expect(judge([...objects, ...own]).violations).toEqual([]);
  });

  test('the base and the overlay of one machine have nothing of it', () => {
    const rest = (files: ReadonlyMap<string, string>) => [...files].filter(([name]) => /\/base\/|\/kind\//.test(name));
    expect(rest(tree)).toEqual(rest(promoteToKubernetes(stack).tree));
  });
});

test('without it, and where there is no port, a note says so', () => {
  const { notes, plan } = promoteToKubernetes(stackOf({ web, lone: worker({ ...at, metrics: { path: '/metrics' } }) }));
  expect(
    [...plan.notes, ...notes].filter(({ text }) => text.includes('metrics')).map(({ resource }) => resource),
  ).toEqual(['lone', 'web']);
});

test('a port that it does not have is a problem', () => {
  const wrong = service({ ...at, metrics: { path: '/metrics', port: 'admin' } });
  expect(() => stackOf({ wrong })).toThrow('names the port admin, which it does not have: http');
});
