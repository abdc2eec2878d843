import type { Command } from '../core/command.ts';
import type { Failure } from '../core/failure.ts';
import { roleOf } from '../core/stack.ts';
import type { Instance, World } from '../core/world.ts';

/** Why a command is not taken; undefined when it is. */
export function refusalOf(world: World, instance: string, command: Command): Failure | undefined {
  const names = 'names' in command ? command.names : 'name' in command ? [command.name] : [];
  const unknown = names.find((name) => !world.instances.has(name));
  if (unknown !== undefined) {
    return {
      code: 'unknown-name',
      command: command.kind,
      name: unknown,
      resources: [...world.instances.keys()],
      groups: Object.keys(world.stack.groups),
    };
  }
  if (world.quitting && command.kind !== 'quit' && command.kind !== 'kill') return { code: 'not-running', instance };
  for (const name of names) {
    const one = world.instances.get(name);
    if (!one) continue;
    const reason = misfit(command, one);
    if (reason !== undefined)
      return { code: 'wrong-kind', command: command.kind, name, kind: roleOf(one.resource), reason };
  }
  return undefined;
}

function misfit(command: Command, { resource, lifecycle }: Instance): string | undefined {
  switch (command.kind) {
    case 'debug':
      return resource.kind === 'process' && !resource.elsewhere
        ? undefined
        : 'only services and workers can be debugged';
    case 'watch':
      return resource.kind === 'process' && resource.watch ? undefined : 'it watches no files';
    case 'move-port':
      return lifecycle.kind === 'failed' && lifecycle.failure.code === 'port-in-use'
        ? undefined
        : 'a port is moved only when it is taken';
    case 'up':
    case 'start':
    case 'stop':
    case 'restart':
    case 'release':
    case 'run':
    case 'apply':
    case 'quit':
    case 'kill':
      return undefined;
  }
}
