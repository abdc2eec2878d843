import type { StartSpec } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { InstanceInShared } from './driver.ts';

/** Made with the data; nobody's values lead to it, and the servers that need a place for notes have them there. */
const SERVER_DATABASE = 'devstack';

/** The server as all its instances start it: nothing in it is one instance's own. */
export function serverSpec(spec: StartSpec<ContainerResource>): StartSpec<ContainerResource> {
  const { credentials } = spec;
  return credentials ? { ...spec, credentials: { ...credentials, database: SERVER_DATABASE } } : spec;
}

/** What of it is the instance's. */
export function instanceSpec(
  spec: StartSpec<ContainerResource>,
  { databaseOf }: InstanceInShared,
): StartSpec<ContainerResource> {
  const { settings } = spec.resource;
  const databases = settings.databases.map((name) => databaseOf(name));
  return { ...spec, resource: { ...spec.resource, settings: { ...settings, databases } } };
}

/** Data that cannot be used is not this instance's alone to remove. */
export function sharedFailure(failure: Failure, { resource }: StartSpec<ContainerResource>): Failure {
  if (failure.code !== 'data-of-other-runtime') return failure;
  const { holds, wanted } = failure;
  return { code: 'shared-server-differs', resource: resource.name, wanted, found: holds, users: [] };
}

/** Why it runs where it does, and whose it is where that is not as usual. */
export function reasonOf(
  reason: string,
  { resource, credentials }: StartSpec<ContainerResource>,
  stack: string,
): string {
  switch (resource.infra?.kind) {
    case undefined:
      return reason;
    case 'own':
      return `${reason}; not shared: ${resource.infra.because}`;
    case 'shared':
      return `shared by the instances of ${stack}, database ${credentials?.database}`;
  }
}
