import type { Note, Workload } from '../workload.ts';

/** Options of `deploy` that have a meaning here, or are for a cluster by their name. */
const CARRIED = new Set([
  // One machine is one node.
  'kind',
  'replicas',
  'autoscale',
  'resources',
  'qos',
  'ingress',
  'public',
  'external',
  'enabled',
  'kubernetes',
  // It does without being told.
  'waitFor',
  'compose',
]);

/** As many of each as one machine can have: nothing scales them, and nothing stands before those that share a port. */
export function withPlaceForAll(workload: Workload): Workload {
  return { ...workload, replicas: sharesPort(workload) ? 1 : Math.max(1, workload.replicas) };
}

/** What is said in the config of how it is deployed and is not the same here. */
export function deployNotes(workload: Workload): readonly Note[] {
  const { name, at, given, autoscale, replicas, schedule, sidecars = [] } = workload;
  const texts = given
    .filter((option) => !CARRIED.has(option))
    .map((option) =>
      option === 'secretsAs'
        ? 'deploy.secretsAs is not carried over: secrets are variables here, as in dev'
        : `deploy.${option} is not carried over`,
    );
  if (sharesPort(workload)) texts.push(`${replicas} replicas cannot share one port of this machine: one runs`);
  else if (autoscale) texts.push(`nothing scales it here: ${withPlaceForAll(workload).replicas} of it run at any load`);
  if (schedule !== undefined)
    texts.push(
      `schedule ${schedule}: nothing has a clock here, so it runs when it is asked for: docker compose run --rm ${name}`,
    );
  if (sidecars.length > 0 && withPlaceForAll(workload).replicas > 1)
    texts.push(`its sidecars stand next to the first of ${replicas} only`);
  return texts.map((text) => ({ at, resource: name, text }));
}

function sharesPort({ replicas, ports }: Workload): boolean {
  return replicas > 1 && ports.some(({ outside }) => outside !== undefined);
}
