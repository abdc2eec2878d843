import path from 'node:path';
import { expect, test } from 'vitest';
import { postgres, service } from '../../../src/index.ts';
import { projectFiles } from '../../../src/cli/promote/project-files.ts';
import { imagesByTag, imagesLockText, parseImagesLock, pinningBy } from '../../../src/promote/images-lock.ts';
import { planWorkloads } from '../../../src/promote/plan.ts';
import { stackOf } from '../../rig/promote.ts';

const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

test('the file is read as it was written, in one order', () => {
  const lock = new Map([
    ['postgres:17', one],
    ['127.0.0.1:5000/acme/api:1', two],
  ]);
  const text = imagesLockText(lock);
  expect(text).toBe(
    `# The digests of images that are promoted: each tag means this one, whatever it becomes in its registry.
# Written by \`devstack images update\`. It belongs into git.
127.0.0.1:5000/acme/api:1: ${two}
postgres:17: ${one}
`,
  );
  expect(parseImagesLock(text)).toEqual({ kind: 'lock', lock });
  expect(parseImagesLock(text.replaceAll('\n', '\r\n'))).toEqual({ kind: 'lock', lock });
});

test('all that is wrong in it is said, with its line', () => {
  expect(parseImagesLock(`postgres:17: ${one}\n<<<<<<< HEAD\npostgres:17: ${two}\nredis:7: sha256:12\n`)).toEqual({
    kind: 'problems',
    problems: [
      {
        code: 'lock-invalid',
        at: 'devstack.images.lock:2',
        message: '"<<<<<<< HEAD" is not like "postgres:17: sha256:…"',
      },
      { code: 'lock-invalid', at: 'devstack.images.lock:3', message: 'postgres:17 is there twice' },
      {
        code: 'lock-invalid',
        at: 'devstack.images.lock:4',
        message: '"redis:7: sha256:12" is not like "postgres:17: sha256:…"',
      },
    ],
  });
});

test.each([
  ['postgres:17', `postgres:17@${one}`],
  ['redis:7', 'redis:7'],
  [`postgres:16@${two}`, `postgres:16@${two}`],
  ['nginx:latest', 'nginx:latest'],
  ['localhost:5000/nginx', 'localhost:5000/nginx'],
])('%s is %s', (image, pinned) => {
  const lock = new Map([
    ['postgres:17', one],
    ['nginx:latest', one],
    ['localhost:5000/nginx', one],
  ]);
  expect(pinningBy(lock).pin(image)).toBe(pinned);
});

test('servers, images of others, sidecars and what generated Dockerfiles begin with are locked; of one user or many', () => {
  const root = path.resolve(import.meta.dirname, '../../../examples/tasks');
  const api = { cwd: path.join(root, 'api'), dev: 'node server.mjs' };
  const sidecars = [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }];
  const stack = stackOf(
    {
      db: postgres(),
      api: service({ ...api, sidecars }),
      other: service(api),
      web: service({ image: 'nginx:1.29', port: 80 }),
    },
    root,
  );
  const plan = (lock: ReadonlyMap<string, string>) => {
    const { pin, asked } = pinningBy(lock);
    const options = { asker: { target: 'compose' }, files: projectFiles(root), baseImage: pin } as const;
    const { workloads, problems } = planWorkloads(stack, options);
    expect(problems).toEqual([]);
    return { used: imagesByTag(workloads, asked), workloads };
  };
  const { used } = plan(new Map());
  const [proxy, nginx, node, server] = used;
  expect(used).toEqual([
    { image: 'envoyproxy/envoy:v1.33.0', users: ['api'] },
    { image: 'nginx:1.29', users: ['web'] },
    { image: expect.stringMatching(/^node:\d+-alpine$/), users: ['api', 'other'] },
    { image: 'postgres:17', users: ['db'] },
  ]);
  const locked = plan(new Map([proxy, nginx, node, server].map((of) => [of?.image ?? '', one])));
  expect(locked.used).toEqual([]);
  const [db, program] = locked.workloads.map(({ image }) => image);
  expect(db).toEqual({ kind: 'named', name: `postgres:17@${one}` });
  expect(program?.kind === 'built' && program.build.generated?.text).toContain(`FROM ${node?.image}@${one} AS base\n`);
});
