import type { GitopsTool } from '../../src/core/delivery.ts';
import { gitopsFiles } from '../../src/promote/delivery/gitops.ts';
import type { SecretsPlace } from '../../src/promote/delivery/gitops.ts';
import { releaseFiles } from '../../src/promote/delivery/release.ts';
import type { FileTree } from '../../src/promote/tree.ts';
import type { InCluster } from './promote.ts';

export const REPOSITORY = { url: 'https://github.com/acme/shop.git', branch: 'main', prefix: '' };

/** All that `--gitops` writes. */
export function gitopsOf(made: InCluster, tool: GitopsTool, secrets: SecretsPlace = 'cluster'): FileTree {
  const options = { repository: REPOSITORY, folder: 'deploy/k8s', command: 'devstack promote', secrets };
  return new Map([
    ...gitopsFiles(tool, made, options),
    ...releaseFiles({ folder: 'deploy/k8s', cluster: made.cluster, imagePrefix: 'ghcr.io/acme/shop' }),
  ]);
}
