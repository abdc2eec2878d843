import type { Failure } from '../core/failure.ts';

/** What the cluster said no to, and what to do about it. */
export function applyFailure(cluster: string, talk: string): Failure {
  const reason = talk
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('Warning:'))
    .join('\n');
  const say = (hint: string): Failure => ({ code: 'apply-refused', cluster, reason, hint });
  const [, kind, group] = /no matches for kind "([^"]+)" in version "([^"]+)"/.exec(talk) ?? [];
  if (kind !== undefined)
    return say(`The cluster does not know ${kind} (${group}). Install what brings it, or leave it out of this target.`);
  const [, stateful] = /StatefulSet(?:\.apps)? "([^"]+)" is invalid[\s\S]*updates to statefulset spec/.exec(talk) ?? [];
  if (stateful !== undefined)
    return say(
      `What changed cannot change in place. It can be made anew around its data, which stays: add --recreate ${stateful}`,
    );
  const [, quota] = /exceeded quota: ([^,]+)/.exec(talk) ?? [];
  if (quota !== undefined) return say(`The namespace has a quota (${quota}). Raise it, or lower deploy.resources.`);
  if (/violates PodSecurity/.test(talk))
    return say(
      'The namespace takes pods with fewer rights only. Fields are named above; deploy.kubernetes can set them.',
    );
  if (/is forbidden: User/.test(talk))
    return say('This user may not. Ask for the right to change what is named above.');
  if (/field is immutable/.test(talk))
    return say('Remove it by hand (kubectl delete), and run the same command again.');
  if (/unknown field|field not declared in schema/.test(talk))
    return say('The cluster is older than the field: Kubernetes 1.30 is the oldest that is served.');
  return say('Nothing after it was applied. When it is mended, run the same command again.');
}
