import type { StartSpec } from '../../core/driver.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { ImageFacts } from '../container/spec.ts';
import { majorOf } from '../embedded/package.ts';

const SERVER_PORT = 5432;
/** From here on the image keeps its data one folder up, by version. */
const DATA_MOVED_IN_MAJOR = 18;
/** The engine gives 64 MB, which parallel queries exceed. */
const SHARED_MEMORY_BYTES = 256 * 1024 * 1024;

/** The official image, and those made from it. */
export function postgresImage({ resource, credentials }: StartSpec<ContainerResource>): ImageFacts {
  const [port] = resource.ports;
  const major = majorOf(resource.version);
  return {
    containerPorts: port ? { [port.name]: SERVER_PORT } : {},
    env: credentials
      ? {
          POSTGRES_USER: credentials.user,
          POSTGRES_PASSWORD: credentials.password,
          POSTGRES_DB: credentials.database,
        }
      : {},
    dataFolder:
      major !== undefined && major >= DATA_MOVED_IN_MAJOR ? '/var/lib/postgresql' : '/var/lib/postgresql/data',
    makesData: true,
    sharedMemoryBytes: SHARED_MEMORY_BYTES,
  };
}
