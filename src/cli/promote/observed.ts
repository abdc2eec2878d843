import { isGuaranteed, observationsOf, observedLines, withSuggestions } from '../../promote/observed.ts';
import type { ResourcesWay } from '../../promote/observed.ts';
import type { Plan } from '../../promote/plan.ts';
import { projectPaths } from '../../project/paths.ts';
import { readObserved } from '../../project/observed.ts';
import type { Context } from '../context.ts';

/** A plan, and what `devstack up` saw of those whose resources the config does not say. */
export interface ObservedPlan {
  readonly plan: Plan;
  /** By workload. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
}

export function withObserved(plan: Plan, root: string, way: ResourcesWay | undefined): ObservedPlan {
  const observed = observationsOf(plan.workloads, readObserved(projectPaths(root)));
  const isApplied = way === 'observed';
  const guaranteed = new Set(plan.workloads.filter(isGuaranteed).map(({ name }) => name));
  return {
    plan: isApplied ? { ...plan, workloads: withSuggestions(plan.workloads, observed) } : plan,
    seen: new Map([...observed].map(([name, one]) => [name, observedLines(one, isApplied, guaranteed.has(name))])),
  };
}

export function tellSeen(context: Context, seen: ObservedPlan['seen'], way: ResourcesWay | undefined): void {
  for (const [name, lines] of seen) context.say(`${name}: ${lines.join('; ')}`);
  if (seen.size === 0 && way !== undefined)
    context.say(
      'Nothing was seen of what the config leaves open, so the numbers are the usual ones: devstack up looks.',
    );
  if (seen.size > 0 && way !== 'observed')
    context.say('Written are the usual numbers: say deploy.resources in the config, or --resources observed here.');
}
