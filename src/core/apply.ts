import type { Cause, Command } from './command.ts';
import { diffStacks } from './diff.ts';
import { closureOf, readersOf } from './graph.ts';
import { isActive } from './lifecycle.ts';
import type { Stack } from './stack.ts';
import { createInstance, type Instance, type World } from './world.ts';

/** How a command changes desired state; what follows from it is `settle`'s business. */
export function applyCommand(world: World, command: Command): World {
  switch (command.kind) {
    case 'up':
      return change(world, command.deps ? closureOf(world.stack, command.names) : command.names, (instance) =>
        instance.lifecycle.kind === 'failed' ? again(instance, { kind: 'asked' }) : wanted(instance),
      );
    case 'start': {
      const named = new Set(command.names);
      return change(world, closureOf(world.stack, command.names), (instance) => {
        const ended = instance.lifecycle.kind === 'failed' || instance.lifecycle.kind === 'done';
        return ended && named.has(instance.resource.name) ? again(instance, { kind: 'asked' }) : wanted(instance);
      });
    }
    case 'run': {
      const up = change(world, closureOf(world.stack, [command.name]), wanted);
      return change(up, [command.name], (instance) => again(instance, { kind: 'asked' }));
    }
    case 'stop':
      return change(world, command.names, ({ pending: _, ...instance }) => ({ ...instance, wanted: false }));
    case 'restart':
      return restart(world, command.names, command.cause, command.hold ?? false);
    case 'release':
      return change(world, command.names, (instance) => (instance.held ? { ...instance, held: false } : instance));
    case 'debug':
      return debug(world, command.name, command.port);
    case 'watch':
      return change(world, command.names, (instance) =>
        instance.watching === command.on ? instance : { ...instance, watching: command.on },
      );
    case 'move-port':
      return followPort(world, command.name);
    case 'apply':
      return applyStack(world, command.stack);
    case 'quit':
    case 'kill':
      return { ...world, quitting: true };
  }
}

function change(world: World, names: readonly string[], to: (instance: Instance) => Instance): World {
  const instances = new Map(world.instances);
  for (const name of names) {
    const instance = instances.get(name);
    if (instance) instances.set(name, to(instance));
  }
  return { ...world, instances };
}

const wanted = (instance: Instance): Instance => (instance.wanted ? instance : { ...instance, wanted: true });

/** Down (if it is up) and up again. What never ran simply starts. */
function again(instance: Instance, cause: Cause): Instance {
  const stopsForGood = instance.lifecycle.kind === 'stopping' && !instance.wanted;
  if (instance.lifecycle.kind === 'idle' || stopsForGood) return { ...instance, wanted: true, lastCause: cause };
  return { ...instance, wanted: true, pending: cause };
}

/** The named ones, and whatever says `restartWith` one of them, in turn. */
function restart(world: World, names: readonly string[], cause: Cause, hold: boolean): World {
  const direct = names.filter((name) => cause.kind === 'asked' || world.instances.get(name)?.wanted);
  const causes = new Map<string, Cause>(direct.map((name) => [name, cause]));
  const queue = [...direct];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const { resource, lifecycle } of world.instances.values()) {
      if (!resource.restartWith.includes(name) || causes.has(resource.name) || !isActive(lifecycle)) continue;
      causes.set(resource.name, { kind: 'restarted-with', other: name });
      queue.push(resource.name);
    }
  }
  return change(world, [...causes.keys()], (instance) => ({
    ...again(instance, causes.get(instance.resource.name) ?? cause),
    held: hold && direct.includes(instance.resource.name),
  }));
}

function debug(world: World, name: string, port: number | 'auto' | 'off'): World {
  const instance = world.instances.get(name);
  // The engine has put a number for `auto` unless there is one already.
  if (!instance || port === 'auto') return world;
  const { debugPort, ...without } = instance;
  if (port === 'off') {
    const runs = isActive(instance.lifecycle) || instance.lifecycle.kind === 'backoff';
    const changed = change(world, [name], () => without);
    return runs && debugPort !== undefined ? restart(changed, [name], { kind: 'asked' }, false) : changed;
  }
  const changed = change(world, [name], () => ({ ...without, debugPort: port }));
  return restart(changed, [name], { kind: 'asked' }, false);
}

/** Starts it again, and whatever runs with the address it had. */
function followPort(world: World, name: string): World {
  const readers = readersOf(world.stack, name).filter((reader) => {
    const { lifecycle } = world.instances.get(reader) ?? {};
    return lifecycle !== undefined && isActive(lifecycle);
  });
  const moved = restart(world, [name], { kind: 'asked' }, false);
  return restart(moved, readers, { kind: 'address-changed', other: name }, false);
}

/** Takes over a new config: what is gone goes, what is new waits for `up`, what changed restarts if it runs. */
function applyStack(world: World, stack: Stack): World {
  const diff = diffStacks(world.stack, stack);
  const instances = new Map<string, Instance>();
  for (const resource of stack.resources) {
    const old = world.instances.get(resource.name);
    if (!old) {
      instances.set(resource.name, createInstance(resource));
      continue;
    }
    const current: Instance = { ...old, resource, removed: false };
    const fields = diff.changed.get(resource.name);
    const affected = fields !== undefined && old.wanted && old.lifecycle.kind !== 'idle';
    instances.set(resource.name, affected ? again(current, { kind: 'config-changed', changed: fields }) : current);
  }
  // Also those an earlier config took away, as long as they are not down.
  for (const [name, old] of world.instances) if (!instances.has(name)) instances.set(name, { ...old, removed: true });
  return { ...world, stack, instances };
}
