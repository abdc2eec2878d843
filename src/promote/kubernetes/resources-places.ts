import type { ResourcesPlace } from '../observed.ts';
import type { ServiceObjects } from './index.ts';
import { fileOf } from './objects.ts';

/** Where the resources of what runs are in the base. */
export function resourcesPlaces(services: readonly ServiceObjects[], folder: string): readonly ResourcesPlace[] {
  return services.flatMap(({ workload: { name }, objects }) =>
    objects.flatMap((object): ResourcesPlace[] => {
      const lines = linesOf(object.kind, name);
      return lines ? [{ name, file: `${folder}/base/${name}/${fileOf(object)}`, lines }] : [];
    }),
  );
}

function linesOf(kind: string, name: string): readonly string[] | undefined {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return [
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        `        - name: ${name}`,
        '          resources:',
      ];
    case 'Cluster':
    case 'RabbitmqCluster':
      return ['spec:', '  resources:'];
    case 'RedisReplication':
      return ['spec:', '  kubernetesConfig:', '    resources:'];
    default:
      return undefined;
  }
}
