import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { isDaemon } from '../../../promote/kubernetes/cluster.ts';
import type { Stack } from '../../../core/stack.ts';
import { buildsOf, dockerfilesOf } from '../../../promote/builds.ts';
import { githubWorkflow, WORKFLOW } from '../../../promote/delivery/github.ts';
import type { SecretsPlace } from '../../../promote/delivery/gitops.ts';
import { packageTests } from '../../../promote/delivery/package-tests.ts';
import { pushedImages } from '../../../promote/delivery/pushed-images.ts';
import type { Release } from '../../../promote/delivery/release.ts';
import { githubName } from '../../../promote/delivery/repository.ts';
import type { Repository } from '../../../promote/delivery/repository.ts';
import { generatedBy } from '../../../promote/tree.ts';
import { projectFiles } from '../project-files.ts';
import type { Delivery } from './deliver.ts';

interface WorkflowParts {
  readonly release: Release;
  readonly repository: Repository;
  readonly secrets: SecretsPlace;
  readonly isFollowed: boolean;
}

/** The workflow, and the Dockerfiles it builds. */
export function workflowOf(stack: Stack, parts: WorkflowParts): Pick<Delivery, 'parts' | 'said'> {
  const { release, repository, secrets, isFollowed } = parts;
  if (repository.prefix !== '')
    throw usage(
      `a workflow is at the root of its repository, and ${stack.root} is a folder of it (${repository.prefix})`,
    );
  const builds = buildsOf(release.cluster.workloads);
  if (builds.length > 0 && stack.compose?.registry === undefined && githubName(repository.url) === undefined)
    throw usage(`nobody says where images are pushed to: promote: { compose: { registry: '…' } }`);
  if (secrets === 'sops' && !isFollowed)
    throw usage(
      'the workflow applies with kubectl, which opens no files of sops: --gitops flux does, or another --secrets',
    );
  const { stack: name, namespace } = release.cluster;
  const needsSecretFiles = secrets === 'files';
  const hasDaemons = release.cluster.workloads.some(isDaemon);
  const command = 'devstack promote --to kubernetes --ci github';
  const text = githubWorkflow({
    head: generatedBy(command, 'What is to be different goes into a workflow of your own beside it.'),
    branch: repository.branch,
    tests: packageTests(stack, projectFiles(stack.root)),
    images: pushedImages(release),
    deployment: { folder: release.folder, stack: name, namespace, isFollowed, needsSecretFiles, hasDaemons },
  });
  const composeFile = stack.compose?.file ?? 'deploy/compose/compose.yaml';
  // Of one text with those that --to compose writes.
  const dockerfiles = dockerfilesOf(builds, 'devstack promote --to compose');
  const record = `${path.posix.dirname(composeFile)}/.generated.json`;
  return {
    parts: [
      { tree: new Map([[WORKFLOW, text]]), record: 'deploy/ci/.generated.json' },
      ...(dockerfiles.size > 0 ? [{ tree: dockerfiles, record, isShared: true }] : []),
    ],
    said: isFollowed
      ? []
      : [
          `The workflow deploys as the environment production of the repository, with its KUBECONFIG${needsSecretFiles ? ' and OVERLAY_SECRETS' : ''}: docs/kubernetes.md`,
        ],
  };
}

function usage(why: string): FailureError {
  return new FailureError({ code: 'usage', message: `--ci github: ${why}` });
}
