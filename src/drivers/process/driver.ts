import type { Driver } from '../../core/driver.ts';
import type { ProcessResource, Resource, TaskResource } from '../../core/stack.ts';
import { parseCommand } from './command.ts';
import { startProcess, type ProcessParts } from './run.ts';

/** The variable every process of a run carries, so that it can be found again wherever it went. */
export const RUN_ID = 'DEVSTACK_RUN_ID';

/** `<session>.<resource>.<run>`: a prefix names everything of a session. */
export function runIdOf(session: string, resource: string, run: number): string {
  return `${session}.${resource}.${run}`;
}

/** Runs the command of a process or task natively. */
export function createProcessDriver(session: string, parts: ProcessParts): Driver<ProcessResource | TaskResource> {
  return {
    start(spec, sink) {
      const { resource, run, env, ports } = spec;
      const line = parseCommand(resource.run);
      const runId = runIdOf(session, resource.name, run);
      return startProcess(
        {
          resource: resource.name,
          file: line.file,
          args: line.args,
          cwd: resource.cwd,
          env: { ...env, [RUN_ID]: runId },
          runId,
          stopSignal: resource.stop.signal,
          ports: Object.values(ports),
          fixedPorts: fixedPorts(resource, ports),
          command: resource.run,
        },
        parts,
        sink,
      );
    },
  };
}

function fixedPorts(resource: Resource, ports: Readonly<Record<string, number>>): readonly number[] {
  return resource.ports.filter(({ port }) => port !== 'auto').flatMap(({ name }) => ports[name] ?? []);
}
