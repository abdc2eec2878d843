import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { postgres, service } from '../../../../src/index.ts';
import { promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const at = { cwd: 'api', dev: 'node server.mjs' };
const kindOf = (resources: Parameters<typeof stackOf>[0]) => {
  const { overlays, tree } = promoteToKubernetes(stackOf(resources));
  const overlay = overlays.find(({ name }) => name === 'kind');
  return { doors: overlay?.doors ?? [], text: (file: string) => tree.get(`deploy/k8s/overlays/kind/${file}`) ?? '' };
};

test('what is reached from outside has a port of this machine; what is not has none', () => {
  const web = service({ ...at, port: 3000, deploy: { ingress: true } });
  const { doors, text } = kindOf({ db: postgres(), web, api: service({ ...at, env: { PAGE: web.publicUrl } }) });
  expect(doors.filter(({ workload }) => workload === 'db')).toEqual([]);
  const door = doors.find(({ workload }) => workload === 'web');
  expect(door).toMatchObject({ hostPort: 3000, url: 'http://localhost:3000' });
  const services = parseAllDocuments(text('node-ports.yaml')).map((one) => one.toJS() as unknown);
  expect(services).toContainEqual(
    expect.objectContaining({
      metadata: expect.objectContaining({ name: 'web-local' }) as unknown,
      spec: expect.objectContaining({
        type: 'NodePort',
        ports: [{ name: 'http', port: 3000, targetPort: 'http', protocol: 'TCP', nodePort: door?.nodePort }],
      }) as unknown,
    }),
  );
  expect(text('web-networkpolicy.yaml')).toMatch(/- ports:\n +- protocol: TCP\n +port: 3000\n$/);
});

test('two that wish for one number get one each, and a number of a node stays as others come', () => {
  const one = { ...at, port: 'auto' as const, deploy: { ingress: true } };
  const few = kindOf({ b: service(one) }).doors;
  const more = kindOf({ a: service(one), b: service(one) }).doors;
  expect(more.map(({ workload, hostPort }) => [workload, hostPort])).toEqual([
    ['a', 8080],
    ['b', 8081],
  ]);
  expect(more[1]?.nodePort).toBe(few[0]?.nodePort);
  for (const { nodePort } of more) expect([nodePort >= 30_000, nodePort <= 32_767]).toEqual([true, true]);
});

test('a load balancer of production is a plain Service on one machine', () => {
  const { text } = kindOf({ web: service({ ...at, port: 8080, deploy: { public: true } }) });
  expect(text('web-service.yaml')).toContain('type: ClusterIP');
  expect(text('node-ports.yaml')).toContain('name: web-local');
});
