import { yamlText } from '../kubernetes/yaml.ts';
import { withVersions } from './actions.ts';
import { deployJob } from './github-deploy.ts';
import type { Deployment } from './github-deploy.ts';
import { buildJob, scanJob, testJob } from './github-jobs.ts';
import type { PackageTests } from './package-tests.ts';
import type { PushedImage } from './pushed-images.ts';

/** Where GitHub looks for it, below the root of the repository. */
export const WORKFLOW = '.github/workflows/deploy.yaml';

export interface Workflow {
  readonly head: readonly string[];
  readonly branch: string;
  readonly tests: readonly PackageTests[];
  readonly images: readonly PushedImage[];
  readonly deployment: Deployment;
}

/** Tests, builds, scans and deploys each push: no job has more rights than it needs, and none begins before the last is well. */
export function githubWorkflow({ head, branch, tests, images, deployment }: Workflow): string {
  const tested = tests.length > 0 ? ['test'] : [];
  const built = images.length > 0 ? ['build', 'scan'] : [];
  const workflow = {
    name: 'deploy',
    on: {
      push: { branches: [branch], 'paths-ignore': ['**.md', `${deployment.folder}/releases/**`] },
      workflow_dispatch: {
        inputs: {
          overlay: {
            description: 'where to',
            type: 'choice',
            options: ['production', 'staging'],
            default: 'production',
          },
        },
      },
    },
    permissions: { contents: 'read' },
    // One after another: what runs is never older than what was deployed before it.
    concurrency: { group: 'deploy', 'cancel-in-progress': false },
    jobs: {
      ...(tests.length > 0 && { test: testJob(tests) }),
      ...(images.length > 0 && { build: buildJob(images, tested), scan: scanJob(images) }),
      deploy: deployJob(deployment, images, built.length > 0 ? built : tested),
    },
  };
  return withVersions(yamlText(head, [workflow]));
}
