import type { Workload } from '../../workload.ts';
import type { Cluster } from '../cluster.ts';
import { openedPolicy } from '../local-doors.ts';
import type { LocalDoor } from '../local-doors.ts';
import { networkPolicyOf } from '../network-policy.ts';
import type { KubeObject } from '../object.ts';
import { objectsOf } from '../objects.ts';
import { dataAt, listAt, textAt } from '../rules/data.ts';

/** Without its operator: takes away what only that understands, and lets those in that are there instead. */
export function statefulPatches(
  workload: Workload,
  there: Workload,
  cluster: Cluster,
  local: { readonly cluster: Cluster; readonly doors: readonly LocalDoor[] },
): readonly KubeObject[] {
  const kept = new Set(statefulObjects(there, local.cluster).map(idOf));
  const gone = objectsOf(workload, cluster).filter((object) => !kept.has(idOf(object)));
  const policy = networkPolicyOf(there, local.cluster);
  const own = local.doors.filter((door) => door.workload === workload.name);
  const rules = own.length > 0 ? openedPolicy(policy, own) : policy;
  const { apiVersion, kind, metadata } = policy;
  return [
    ...gone.map(deletionOf),
    ...renamedPatches(workload, there, cluster, local.cluster),
    {
      apiVersion,
      kind,
      metadata: nameOf(metadata),
      spec: { ingress: listAt(rules, 'spec', 'ingress'), egress: listAt(policy, 'spec', 'egress') },
    },
  ];
}

/** A mere name for the Service of others has pods of its own here. */
function renamedPatches(workload: Workload, there: Workload, cluster: Cluster, local: Cluster): readonly KubeObject[] {
  const own = statefulObjects(there, local);
  return objectsOf(workload, cluster).flatMap((object) => {
    const other = own.find((one) => idOf(one) === idOf(object));
    if (!other || textAt(object, 'spec', 'type') !== 'ExternalName') return [];
    const { apiVersion, kind, metadata } = object;
    return [{ apiVersion, kind, metadata: nameOf(metadata), spec: { ...dataAt(other, 'spec'), externalName: null } }];
  });
}

/** What there is instead of what operators run, and do by themselves, by its file. */
export function statefulServers(cluster: Cluster, local: Cluster): ReadonlyMap<string, readonly KubeObject[]> {
  const base = new Set(cluster.workloads.flatMap((workload) => objectsOf(workload, cluster)).map(idOf));
  const usual = new Set(cluster.workloads.flatMap(({ name, operated }) => (operated ? [] : [name])));
  return new Map(
    local.workloads
      .filter(({ name }) => !usual.has(name))
      .map((workload) => [
        `servers/${workload.name}.yaml`,
        statefulObjects(workload, local).filter((object) => !base.has(idOf(object))),
      ]),
  );
}

/** No controller of an Ingress is on a machine of one's own. */
function statefulObjects(workload: Workload, local: Cluster): readonly KubeObject[] {
  return objectsOf(workload, local).filter(({ kind }) => kind !== 'Ingress');
}

function deletionOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { $patch: 'delete', apiVersion, kind, metadata: nameOf(metadata) };
}

function nameOf({ name, namespace }: KubeObject['metadata']): KubeObject['metadata'] {
  return { name, ...(namespace !== undefined && { namespace }) };
}

function idOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion.replace(/\/.*/, ''), kind, metadata.name].join(' ');
}
