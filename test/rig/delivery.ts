import { projectFiles } from '../../src/cli/promote/project-files.ts';
import type { Stack } from '../../src/core/stack.ts';
import { githubWorkflow } from '../../src/promote/delivery/github.ts';
import type { Deployment } from '../../src/promote/delivery/github-deploy.ts';
import { packageTests } from '../../src/promote/delivery/package-tests.ts';
import { pushedImages } from '../../src/promote/delivery/pushed-images.ts';
import type { GitopsTool } from '../../src/core/delivery.ts';
import { gitopsFiles } from '../../src/promote/delivery/gitops.ts';
import type { SecretsPlace } from '../../src/promote/delivery/gitops.ts';
import { releaseFiles } from '../../src/promote/delivery/release.ts';
import type { FileTree } from '../../src/promote/tree.ts';
import { isDaemon } from '../../src/promote/kubernetes/cluster.ts';
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

/** The file that `--ci github` writes. */
export function workflowText(stack: Stack, made: InCluster, more: Partial<Deployment> = {}): string {
  const release = { folder: 'deploy/k8s', cluster: made.cluster, imagePrefix: 'ghcr.io/acme/shop' };
  const { namespace } = made.cluster;
  return githubWorkflow({
    head: ['Generated'],
    branch: 'main',
    tests: packageTests(stack, projectFiles(stack.root)),
    images: pushedImages(release),
    deployment: {
      folder: release.folder,
      stack: stack.name,
      namespace,
      isFollowed: false,
      needsSecretFiles: true,
      hasDaemons: made.cluster.workloads.some(isDaemon),
      ...more,
    },
  });
}
