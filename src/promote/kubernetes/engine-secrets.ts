import { isDeepStrictEqual } from 'node:util';
import type { Binding } from '../bindings.ts';
import { isSecret } from '../value.ts';
import type { Value } from '../value.ts';
import type { Workload } from '../workload.ts';
import { instanceOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';

/** One key of a Secret. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** Of a server: whoever runs it writes this one, and nobody who reads it has to change. */
export function appSecretName(server: string): string {
  return `${server}-app`;
}

/** What the operator of RabbitMQ makes the first user by. */
export function defaultUserSecretName(server: string): string {
  return `${server}-default-user`;
}

/**
 * Where a value of a workload is that is one of a server's and nothing more. A Job cannot be changed, so it has values of
 * its own, under a name that stays.
 */
export function boundTo(
  value: Value,
  workload: Workload,
  { bindings }: Pick<Cluster, 'bindings'>,
): SecretKey | undefined {
  if (!isSecret(value) || instanceOf(workload) !== workload.name) return undefined;
  const { name, reaches, standsBefore } = workload;
  const isNear = ({ server }: Binding) => server === name || server === standsBefore || reaches.includes(server);
  for (const { server, values } of [...bindings.filter(isNear), ...bindings.filter((one) => !isNear(one))]) {
    const key = Object.keys(values).find((one) => isDeepStrictEqual(values[one], value));
    if (key !== undefined) return { name: appSecretName(server), key };
  }
  return undefined;
}
