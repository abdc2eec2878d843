import { refsOf, type Template } from './ref.ts';
import type { ContainerResource, Resource, Stack } from './stack.ts';

/** A stack as those who look at it need it: what there is and who needs whom, without commands and values. */
export function outlineOf(stack: Stack): Stack {
  const { name, root, file, groups, default: started, logs, keys } = stack;
  return {
    name,
    root,
    file,
    groups,
    default: started,
    logs,
    ...(keys !== undefined && { keys }),
    resources: stack.resources.map(outlineOfResource),
  };
}

function outlineOfResource(resource: Resource): Resource {
  const { name, at, autostart, dependencies, companions, ports, stop, env } = resource;
  const common = {
    name,
    at,
    autostart,
    dependencies,
    companions,
    ports,
    stop,
    env: Object.fromEntries(Object.entries(env).map(([key, template]) => [key, readsOf(template)])),
    health: {},
    links: {},
    envFiles: [],
    restartWith: resource.restartWith,
  };
  switch (resource.kind) {
    case 'process': {
      const { kind, role, cwd, restart, successExitCodes, tty } = resource;
      return { ...common, kind, role, cwd, run: '', restart, successExitCodes, tty };
    }
    case 'task': {
      const { kind, cwd, when, retries, successExitCodes } = resource;
      return { ...common, kind, cwd, run: '', when, inputs: [], retries, successExitCodes };
    }
    case 'container':
      return { ...common, ...outlineOfServer(resource) };
  }
}

function outlineOfServer({ kind, engine, runtime, version, persist, restart, settings }: ContainerResource) {
  const { databases, external } = settings;
  return {
    kind,
    engine,
    runtime,
    version,
    persist,
    restart,
    files: {},
    volumes: {},
    args: [],
    settings: { databases, init: [], options: {}, ...(external && { external: readsOf(external) }) },
  };
}

/** Whose addresses are in it. */
function readsOf(template: Template): Template {
  return refsOf(template).filter(({ kind }) => kind === 'resource');
}
