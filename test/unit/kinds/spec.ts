import type { InfraKind } from '../../../src/kinds/index.ts';
import { infraEngines } from '../../../src/kinds/index.ts';
import type { ServerSpec } from '../../../src/kinds/kind.ts';
import { serverSpec } from '../../docker/infra-rig.ts';

/** A server named as its kind, at ports 4001 and up, whose user is app, with password s3cr3t and database shop. */
export function specOf(
  kind: InfraKind,
  {
    user = 'app',
    password = 's3cr3t',
    database = 'shop',
    ...change
  }: Parameters<typeof serverSpec>[2] & { user?: string; password?: string; database?: string } = {},
): ServerSpec {
  const ports = Object.fromEntries(infraEngines[kind].ports.map(({ name }, index) => [name, 4001 + index]));
  const { credentials, ...spec } = serverSpec(kind, ports, change);
  return credentials ? { ...spec, credentials: { user, password, database } } : spec;
}
