import { FailureError } from '../../../core/failure.ts';
import type { Kubectl } from '../../../cluster/kubectl.ts';
import { parseManifests } from '../../../promote/kubernetes/manifests.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';

/** What kubectl itself makes of an overlay. */
export async function kustomized(kubectl: Kubectl, folder: string): Promise<readonly KubeObject[]> {
  const { code, output, talk } = await kubectl.run(['kustomize', folder]);
  const { manifests, problems } = parseManifests(output);
  const [problem] = problems;
  const reason = code !== 0 ? talk.trim() : problem?.reason;
  if (reason !== undefined) throw new FailureError({ code: 'manifests-invalid', problems: [{ at: folder, reason }] });
  return manifests.map(({ object }) => object);
}
