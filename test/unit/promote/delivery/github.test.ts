import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { param, secret, service } from '../../../../src/index.ts';
import { packageTests } from '../../../../src/promote/delivery/package-tests.ts';
import { workflowText } from '../../../rig/delivery.ts';
import { expectFiles, loadExample, promoteToKubernetes, STACKS, stackOf } from '../../../rig/promote.ts';

interface Job {
  readonly needs?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes': number;
  readonly steps: readonly { readonly name?: string; readonly uses?: string; readonly run?: string }[];
}

const jobsOf = (text: string): Readonly<Record<string, Job>> => (parse(text) as { jobs: Record<string, Job> }).jobs;

test.each(STACKS)(
  'the workflow of %s names every action by a commit, and gives no job too much',
  async (_name, load) => {
    const stack = await load();
    for (const isFollowed of [false, true]) {
      const text = workflowText(stack, promoteToKubernetes(stack), { isFollowed });
      for (const [line] of text.matchAll(/^.*uses:.*$/gm))
        expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v[\d.]+$/);
      expect(text).not.toContain(':latest');
      expect(parse(text)).toMatchObject({ permissions: { contents: 'read' }, concurrency: { group: 'deploy' } });
      const jobs = jobsOf(text);
      for (const [name, job] of Object.entries(jobs)) {
        expect([name, job['timeout-minutes'] > 0]).toEqual([name, true]);
        for (const needed of job.needs ?? []) expect(Object.keys(jobs)).toContain(needed);
      }
      expect(jobs['deploy']?.permissions).toEqual(
        isFollowed ? { contents: 'write' } : { contents: 'read', 'id-token': 'write' },
      );
      expect(text).not.toMatch(/run:.*\$\{\{ (?:github\.event|inputs)/);
    }
  },
);

test.each([
  ['applied', false],
  ['followed', true],
] as const)('the workflow of the demo, %s', async (name, isFollowed) => {
  const stack = await loadExample('.');
  const text = workflowText(stack, promoteToKubernetes(stack), { isFollowed });
  expectFiles(new Map([['deploy.yaml', text]]), path.join(import.meta.dirname, 'golden', `github-${name}`));
});

test('a build reads parameters and secrets of the repository, and a matrix has no secret', () => {
  const build = {
    context: '.',
    args: { REGION: param('REGION', { default: 'eu' }), PLAIN: 'a b' },
    secrets: { npm: secret('NPM_TOKEN') },
  };
  const stack = stackOf({ api: service({ build, port: 8080 }) });
  const [job] = [jobsOf(workflowText(stack, promoteToKubernetes(stack)))['build']];
  expect(job).toMatchObject({
    strategy: { matrix: { include: [{ args: "REGION=${{ vars.REGION || 'eu' }}\nPLAIN=a b" }] } },
  });
  expect(job?.steps.at(-1)).toMatchObject({ with: { secrets: 'npm=${{ secrets.NPM_TOKEN }}' } });
});

const files = (all: Readonly<Record<string, string>>) => ({
  read: (name: string) => all[name],
  list: () => [],
});
const at = (cwd: string) => ({ cwd, dev: 'run' });

test('each package with tests has them run once, in the way of its language', () => {
  const root = path.resolve(import.meta.dirname, '../../../../examples/polyglot');
  const stack = stackOf(
    { a: service(at('api')), b: service(at('board')), c: service(at('counter')), again: service(at('api')) },
    root,
  );
  const found = packageTests(
    stack,
    files({
      'api/package.json': '{ "scripts": { "test": "vitest" }, "engines": { "node": ">=22" } }',
      'pnpm-lock.yaml': '',
      'package.json': '{ "workspaces": ["api"] }',
      'board/requirements.txt': 'flask\npytest\n',
      'counter/go.mod': 'module counter',
    }),
  );
  expect(
    found.map(({ folder, language, context, install, run, version }) => [
      folder,
      language,
      version,
      context,
      install,
      run,
    ]),
  ).toEqual([
    ['api', 'node', '22', '.', 'corepack enable && pnpm install --frozen-lockfile', 'pnpm test'],
    ['board', 'python', '3.13', 'board', 'pip install -r requirements.txt', 'python -m pytest'],
    ['counter', 'go', 'counter/go.mod', 'counter', 'go mod download', 'go test ./...'],
  ]);
});

test('what npm writes into a new package is no test', () => {
  const root = path.resolve(import.meta.dirname, '../../../../examples/polyglot');
  const text = '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }';
  expect(packageTests(stackOf({ a: service(at('api')) }, root), files({ 'api/package.json': text }))).toEqual([]);
});
