import type { Driver } from '../../core/driver.ts';
import type { ProcessResource, Resource, TaskResource } from '../../core/stack.ts';
import { parseCommand, parseTerminalCommand } from './command.ts';
import { startProcess, type ProcessParts } from './run.ts';
import { runIdOf } from './run-id.ts';

/** Runs the command of a process or task natively. */
export function createProcessDriver(session: string, parts: ProcessParts): Driver<ProcessResource | TaskResource> {
  return {
    start(spec, sink) {
      const { resource, run, env, ports } = spec;
      const onTerminal = resource.kind === 'process' && resource.tty;
      const line = onTerminal ? parseTerminalCommand(resource.run) : parseCommand(resource.run);
      return startProcess(
        {
          resource: resource.name,
          file: line.file,
          args: line.args,
          cwd: resource.cwd,
          env,
          runId: runIdOf(session, resource.name, run),
          stopSignal: resource.stop.signal,
          ports: Object.values(ports),
          fixedPorts: fixedPorts(resource, ports),
          command: resource.run,
          streams: onTerminal ? 'terminal' : 'pipes',
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
