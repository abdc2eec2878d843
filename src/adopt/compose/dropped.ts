import { knownServer } from './image.ts';
import { wordsOf } from './server.ts';
import type { ComposeService } from './service.ts';

/** Services that are there only for what devstack does by itself. */
export function droppedOf(services: readonly ComposeService[]): ReadonlyMap<string, 'buckets' | 'zookeeper'> {
  const kinds = services.flatMap(({ image }) => (image ? (knownServer(image)?.builder ?? []) : []));
  return new Map(
    services.flatMap(({ name, image }): readonly (readonly [string, 'buckets' | 'zookeeper'])[] => {
      if (image?.repository === 'minio/mc' && kinds.includes('minio')) return [[name, 'buckets']];
      if (image && /(^|\/)(cp-)?zookeeper$/.test(image.repository) && kinds.includes('kafka'))
        return [[name, 'zookeeper']];
      return [];
    }),
  );
}

export function bucketsOf({ command, entrypoint }: ComposeService): readonly string[] {
  const text = [...wordsOf(entrypoint), ...wordsOf(command)].join(' ');
  return [...text.matchAll(/\bmc\s+mb\s+(?:-\S+\s+)*[\w-]+\/([a-z0-9.-]+)/g)].map(([, bucket = '']) => bucket);
}

export const withoutDropped = (service: ComposeService, dropped: ReadonlyMap<string, unknown>): ComposeService => ({
  ...service,
  dependsOn: service.dependsOn.filter(({ name }) => !dropped.has(name)),
});
