import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

export type Linter = 'kube-score' | 'kubeconform' | 'kube-linter';

/** Where a linter of others is; undefined where it cannot be had. */
export function linterHere(name: Linter): string | undefined {
  const script = path.join(repository, 'scripts/kubernetes-linters.sh');
  const found = spawnSync('bash', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const program = path.join(found.stdout.trim(), name);
  return found.status === 0 && existsSync(program) ? program : undefined;
}
