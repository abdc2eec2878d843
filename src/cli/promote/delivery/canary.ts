import { FailureError } from '../../../core/failure.ts';
import { canaryFiles, canaryFolder, canaryOf, canaryReleaseFiles } from '../../../promote/delivery/canary.ts';
import { releaseFolder } from '../../../promote/delivery/release.ts';
import type { Release } from '../../../promote/delivery/release.ts';
import type { KubernetesOutput } from '../../../promote/kubernetes/index.ts';
import type { Delivery } from './deliver.ts';

/** Of what can have one; it is an error when nothing can. */
export function canaryDelivery(made: KubernetesOutput, release: Release, weight: number): Delivery {
  const canary = canaryOf(made, weight);
  if (canary.workloads.length === 0) {
    const problems = canary.notes.map(({ at, resource, text }) => {
      return { code: 'no-canary', at, message: `${resource} ${text}` };
    });
    if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
    const message = '--canary leads a share of the requests to a new version, and nothing is reached from outside';
    throw new FailureError({ code: 'usage', message });
  }
  const command = `devstack promote --to kubernetes --canary ${weight}`;
  const folder = releaseFolder(release.folder, 'canary');
  return {
    parts: [{ tree: canaryFiles(canary, release, command), record: `${canaryFolder(release.folder)}/.generated.json` }],
    once: canaryReleaseFiles(canary, release),
    said: [
      ...canary.notes.map(({ at, resource, text }) => `${at}  ${resource} ${text}`),
      `${weight} of 100 requests are led to the version in ${folder}/new: set its tag there, and kubectl apply -k ${folder}`,
    ],
  };
}
