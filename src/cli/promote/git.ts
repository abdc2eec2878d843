import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What images are called after: `3f9c2a1b7d04`, with `-dirty.<hash>` when something is not committed; `dev` without git. */
export async function imageTag(root: string): Promise<string> {
  try {
    const git = (...args: readonly string[]) => run('git', ['-C', root, ...args], { maxBuffer: 256 * 1024 * 1024 });
    const { stdout: commit } = await git('rev-parse', '--short=12', 'HEAD');
    // What is generated is no change of what goes into an image.
    const { stdout: status } = await git('status', '--porcelain', '--', '.', ':!deploy');
    if (status.trim() === '') return commit.trim();
    const { stdout: changes } = await git('diff', 'HEAD', '--', '.', ':!deploy');
    const hash = createHash('sha256').update(status).update(changes).digest('hex').slice(0, 8);
    return `${commit.trim()}-dirty.${hash}`;
  } catch {
    return 'dev';
  }
}

/** Files that are in the index of git, of these and below these; none without git. */
export async function trackedFiles(root: string, places: readonly string[]): Promise<readonly string[]> {
  if (places.length === 0) return [];
  try {
    const { stdout } = await run('git', ['-C', root, 'ls-files', '-z', '--', ...places]);
    return stdout.split('\0').filter((name) => name !== '');
  } catch {
    return [];
  }
}

/** Where others read this repository from, and which folder of it is this project; undefined without git or `origin`. */
export async function originOf(
  root: string,
): Promise<{ readonly remote: string; readonly branch: string; readonly prefix: string } | undefined> {
  const git = async (...args: readonly string[]) => (await run('git', ['-C', root, ...args])).stdout.trim();
  try {
    const [remote, prefix] = [await git('remote', 'get-url', 'origin'), await git('rev-parse', '--show-prefix')];
    // What a clone begins with, whatever branch this one is on.
    const head = await git('symbolic-ref', '--short', 'refs/remotes/origin/HEAD').catch(() => 'origin/main');
    return { remote, branch: head.replace(/^origin\//, ''), prefix };
  } catch {
    return undefined;
  }
}
