import { spawn, spawnSync } from 'node:child_process';
import { FailureError } from '../../core/failure.ts';
import { overrideOf } from '../../promote/compose/index.ts';
import { BAKE_FILE, targetName } from '../../promote/compose/bake.ts';
import { DOCKERFILES } from '../../promote/builds.ts';
import { compareTree, writeTree } from '../../promote/write.ts';
import { revisionOf } from './buildable.ts';
import type { BuildableImage } from './buildable.ts';
import type { Rendered } from './compose/render.ts';

export interface BakeRequest {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly rendered: Rendered;
  readonly images: readonly BuildableImage[];
  readonly platforms: readonly string[];
  readonly signal: AbortSignal;
}

/** Builds and pushes for several platforms, which an engine alone cannot: with the bake file, which is written first. */
export async function bakeImages({ root, env, rendered, images, platforms, signal }: BakeRequest): Promise<void> {
  const words = findBuildx(env, platforms);
  writeBakeFile(root, rendered);
  const args = [
    'bake',
    '-f',
    `${DOCKERFILES}/${BAKE_FILE}`,
    '--push',
    '--set',
    `*.platform=${platforms.join(',')}`,
    ...images.flatMap((one) =>
      Object.entries(revisionOf(one)).flatMap(([arg, value]) => [
        '--set',
        `${targetName(one.name)}.args.${arg}=${value}`,
      ]),
    ),
    ...images.map(({ name }) => targetName(name)),
  ];
  const given = {
    // The registry is the one of the config, whatever has its name in this shell.
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:BAKE_)?REGISTRY$/.test(name))),
    ...Object.fromEntries(rendered.values),
    // Newer ones ask before they read a file outside of the project, such as one with certificates.
    BUILDX_BAKE_ENTITLEMENTS_FS: '0',
  };
  const [file = '', ...first] = words;
  const child = spawn(file, [...first, ...args], { cwd: root, env: given, stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', stop);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
    if (signal.aborted) throw new FailureError({ code: 'interrupted' });
    if (exitCode !== 0)
      throw new FailureError({ code: 'buildx-failed', command: [...words, ...args].join(' '), exitCode });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function findBuildx(env: NodeJS.ProcessEnv, platforms: readonly string[]): readonly string[] {
  const reasons: string[] = [];
  for (const words of [['docker', 'buildx'], ['docker-buildx']]) {
    const [file = '', ...first] = words;
    const asked = spawnSync(file, [...first, 'version'], { env, encoding: 'utf8' });
    if (asked.status === 0) return words;
    reasons.push(`${words.join(' ')}: ${asked.error ? 'not found' : asked.stderr.trim().split('\n')[0]}`);
  }
  throw new FailureError({ code: 'buildx-missing', platforms, reason: reasons.join('; ') });
}

/** As promotion writes it, with the Dockerfiles it names. */
function writeBakeFile(root: string, { tree, folder, file }: Rendered): void {
  const generated = { root, record: `${folder}/.generated.json` };
  const changes = compareTree(tree, generated).filter((change) => change.path.startsWith(`${DOCKERFILES}/`));
  const files = changes.filter(({ isForeign }) => isForeign).map((change) => change.path);
  if (files.length > 0)
    throw new FailureError({ code: 'file-edited', files, override: `${folder}/${overrideOf(file)}` });
  writeTree(tree, changes, generated);
}
