import type { Sidecar } from '../../core/deploy.ts';
import { kebabName, nameTrouble } from '../names.ts';
import { checkQuality } from '../options/deploy.ts';
import type { ServiceWritten } from '../options/process.ts';
import type { Scope } from '../scope.ts';

export function sidecarsOf(
  { sidecars: written, deploy = {} }: Pick<ServiceWritten, 'sidecars' | 'deploy'>,
  option: string,
  scope: Scope,
): readonly Sidecar[] {
  const seen = new Set<string>();
  return (written ?? []).flatMap(({ name, image, command, args = [], env = {}, resources }, index): Sidecar[] => {
    const at = `${option}[${index}]`;
    checkQuality(deploy, resources, at, scope);
    if (name === undefined || image === undefined) {
      const message = `${at} needs a name and an image, for example { name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }.`;
      scope.problem('missing-option', at, message);
      return [];
    }
    const trouble = nameTrouble(name) ?? (seen.has(name) ? 'another one has it' : undefined);
    if (trouble !== undefined)
      scope.problem('bad-name', at, `${at}.name ${JSON.stringify(name)} cannot be a name: ${trouble}.`);
    seen.add(name);
    const { limits, requests } = resources ?? {};
    return [
      {
        name: kebabName(name),
        image,
        ...(command !== undefined && { command }),
        args,
        env,
        ...(limits && { limits }),
        ...(requests && { requests }),
      },
    ];
  });
}
