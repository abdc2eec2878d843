import type { ContainerResource, InfraChoice } from '../../core/stack.ts';
import type { InfraKind } from '../../kinds/index.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { InfraWritten } from '../options/infra.ts';
import type { Scope } from '../scope.ts';

/** Whose server it is. Asked for on the resource, it can be shared or is a problem; of the whole stack, others stay own. */
export function infraChoiceOf(
  key: string,
  kind: InfraKind,
  written: InfraWritten,
  stackInfra: InfraWritten['infra'],
  scope: Scope,
): Pick<ContainerResource, 'infra'> {
  if ((written.infra ?? stackInfra) !== 'shared') return {};
  const obstacle = obstacleOf(kind, written);
  if (obstacle === undefined) return { infra: { kind: 'shared' } satisfies InfraChoice };
  if (written.infra !== 'shared') return { infra: { kind: 'own', because: obstacle } };
  const message = `${key}.infra: 'shared' is not possible: ${obstacle}. Leave it out, or write infra: 'own'.`;
  scope.problem('not-shareable', `${key}.infra`, message);
  return {};
}

function obstacleOf(kind: InfraKind, { runtime, files }: InfraWritten): string | undefined {
  const { sharing } = infraEngines[kind];
  if (sharing.kind === 'none')
    return `instances cannot have a ${kind} each to themselves in one server: ${sharing.reason}`;
  if (runtime === 'native' || runtime === 'embedded') return `runtime: '${runtime}' makes a server for each instance`;
  if (files && Object.keys(files).length > 0) return 'its files are those of one checkout';
  return undefined;
}
