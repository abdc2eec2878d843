import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { service } from '../../src/index.ts';
import { buildxHere, composeHere } from '../rig/compose.ts';
import { EXAMPLES, loadExample, promoteToCompose, stackOf } from '../rig/promote.ts';
import type { Promoted } from '../rig/promote.ts';

const [buildx, compose] = [buildxHere(), composeHere()];
const missing = [buildx, compose].flatMap((one) => ('reason' in one ? [one.reason] : []));
const programOf = (one: typeof buildx): string => ('program' in one ? one.program : '');
const why = missing.length === 0 ? '' : ` (skipped: ${missing.join('; ')})`;

interface Target {
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly secret?: readonly string[];
}

describe.skipIf(why !== '')(`the bake file, as buildx reads it${why}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devstack-bake-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = ({ tree }: Promoted): void => {
    for (const [name, text] of tree) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  };
  const bake = (env: NodeJS.ProcessEnv = {}): Readonly<Record<string, Target>> => {
    const words = ['bake', '-f', 'deploy/docker/docker-bake.hcl', '--print'];
    const options = { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' } as const;
    const { target } = JSON.parse(execFileSync(programOf(buildx), words, options)) as {
      readonly target: Readonly<Record<string, Target>>;
    };
    return target;
  };

  test.each(EXAMPLES)('%s: it builds what the compose file builds', async (example) => {
    const promoted = promoteToCompose(await loadExample(example));
    write(promoted);
    const env = Object.fromEntries([...promoted.variables.keys()].map((name) => [name, `value-of-${name}`]));
    for (const [index, [name, { kind }]] of [...promoted.variables].entries()) {
      if (kind === 'port') env[name] = String(20_000 + index);
      if (kind === 'file') env[name] = '/dev/null';
    }
    if (!promoted.tree.has('deploy/docker/docker-bake.hcl')) return expect(promoted.text).not.toContain('build:');
    const words = ['-f', 'deploy/compose/compose.yaml', '--profile', '*', 'config', '--format', 'json'];
    const options = { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' } as const;
    const { services } = JSON.parse(execFileSync(programOf(compose), words, options)) as {
      readonly services: Readonly<Record<string, { readonly image: string; readonly build?: Omit<Target, 'tags'> }>>;
    };
    const wanted = Object.values(services).flatMap(({ image, build }) =>
      build
        ? [[image, { at: path.relative(folder, build.context) || '.', file: build.dockerfile, args: build.args ?? {} }]]
        : [],
    );
    const found = Object.values(bake(env)).map(({ tags, context, dockerfile, args = {} }) => [
      tags.join(' '),
      { at: context, file: dockerfile, args },
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(found).toHaveLength(new Set(wanted.map(([image]) => image)).size);
  });

  test('texts arrive as they are, and the registry is what it is told to be', () => {
    mkdirSync(path.join(folder, 'api'));
    const args = { A: 'a ${b} %{c} "d" \\ \n\t$', B: '100%$$' };
    write(
      promoteToCompose(
        stackOf({ api: service({ build: { context: path.join(folder, 'api'), args }, port: 80 }) }, folder),
      ),
    );
    expect(bake({ REGISTRY: 'ghcr.io/acme', IMAGE_TAG: '1' })).toEqual({
      api: expect.objectContaining({ context: 'api', args, tags: ['ghcr.io/acme/shop/api:1'] }),
    });
    expect(bake()['api']?.tags).toEqual(['shop/api:dev']);
  });

  test('a file for builds is one of them only when there is one', async () => {
    write(promoteToCompose(await loadExample('examples/tasks')));
    const secretsOf = (env: NodeJS.ProcessEnv) => Object.values(bake(env)).flatMap(({ secret = [] }) => secret);
    expect(secretsOf({})).toEqual([]);
    const file = path.join(folder, 'ca.pem');
    writeFileSync(file, '');
    expect(secretsOf({ BUILD_CA_FILE: file })).toEqual([`id=ca,src=${file}`]);
  });
});
