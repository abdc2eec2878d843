import type { Resource } from '../core/stack.ts';
import { shellWords } from './docker/words.ts';
import { amountsOf, givenValue } from './planning.ts';
import type { Planning } from './planning.ts';
import type { WorkloadSidecar } from './workload.ts';

const LIMITS = { cpu: 250, memory: 128 * 1024 * 1024 };

/** The containers that share the network of a program. */
export function sidecarsOf(resource: Resource, planning: Planning): readonly WorkloadSidecar[] {
  return (resource.sidecars ?? []).map(({ name, image, command, args, env, limits, requests }) => {
    const full = `${resource.name}-${name}`;
    const other = planning.stack.resources.find((one) => one.name === full);
    if (other) {
      const message = `${resource.name} has a sidecar that is called ${full} there, and another resource (${other.at}) has that name. Rename one of the two.`;
      planning.problem(resource, 'name-taken', message);
    }
    const words = [...(command === undefined ? [] : shellWords(command)), ...args];
    return {
      name,
      image: planning.baseImage(image),
      ...(words.length > 0 && { command: words }),
      env: Object.fromEntries(
        Object.entries(env).flatMap(([variable, template]) => {
          const value = givenValue(resource, variable, template, planning);
          return value ? [[variable, value] as const] : [];
        }),
      ),
      ...amountsOf(resource.deploy, { ...LIMITS, ...limits }, requests),
    };
  });
}
