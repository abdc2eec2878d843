import type { Workload, WorkloadSidecar } from '../workload.ts';
import { literal } from './variables.ts';
import type { Variables } from './variables.ts';
import { limitsOf, rightsOf, without } from './service.ts';

/** Containers next to others, by the names of their services. */
export function sidecarServices(
  workloads: readonly Workload[],
  variables: Variables,
): Readonly<Record<string, Record<string, unknown>>> {
  return Object.fromEntries(
    workloads.flatMap((workload) =>
      (workload.sidecars ?? []).map((sidecar) => [
        `${workload.name}-${sidecar.name}`,
        serviceOf(workload, sidecar, variables),
      ]),
    ),
  );
}

function serviceOf(
  { name, isManual, restart }: Workload,
  { image, command, env, limits, requests }: WorkloadSidecar,
  variables: Variables,
): Record<string, unknown> {
  return without({
    image,
    profiles: isManual ? ['manual'] : undefined,
    command: command?.map(literal),
    environment: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, variables.text(value)])),
    // One network for both: each finds the other at localhost.
    network_mode: `service:${name}`,
    depends_on: { [name]: { condition: 'service_started', restart: true } },
    init: true,
    ...rightsOf(false),
    restart: restart === 'no' ? 'no' : 'unless-stopped',
    deploy: { resources: limitsOf(limits, requests) },
  });
}
