import { spawnSync } from 'node:child_process';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

/** The folder with kubectl and helm, of this machine or unpacked below the cache; why not, when they cannot be had. */
export function kubernetesClientsHere(): { readonly folder: string } | { readonly reason: string } {
  const script = path.join(repository, 'scripts/kubernetes-clients.sh');
  const found = spawnSync('bash', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (found.status === 0) return { folder: found.stdout.trim() };
  const reason = `no kubectl and helm: ${found.stderr.trim().split('\n').at(-1) ?? ''}`;
  if (process.env['DEVSTACK_REQUIRE_DOCKER'] === '1') throw new Error(reason);
  return { reason };
}
