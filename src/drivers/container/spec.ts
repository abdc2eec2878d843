import type Docker from 'dockerode';
import type { StartSpec } from '../../core/driver.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { ContainerFacts } from '../../kinds/kind.ts';
import { createHash } from 'node:crypto';

export const LABELS = {
  instance: 'devstack.instance',
  stack: 'devstack.stack',
  resource: 'devstack.resource',
  root: 'devstack.root',
  /** Whose it is: an engine may serve many. */
  user: 'devstack.user',
  hash: 'devstack.config-hash',
  run: 'devstack.run',
  /** Of an image: what it was built from. */
  build: 'devstack.build',
  /** On what only holds a volume while it is copied. */
  holder: 'devstack.holder',
  /** Of a volume: which start made it. */
  mark: 'devstack.made-by',
} as const;

/** Which checkout a container belongs to. */
export interface Owner {
  readonly instance: string;
  readonly stackName: string;
  readonly root: string;
  /** Who finds it when everything in the checkout is gone; undefined: nobody. */
  readonly user?: string;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly volumes: readonly string[];
  /** Of everything that makes a different container necessary. */
  readonly hash: string;
  readonly options: Docker.ContainerCreateOptions;
  /** Path inside to its text; put there before the first start. */
  readonly files: { readonly [path: string]: string };
}

export function containerName(instance: string, resource: string): string {
  return `${instance}-${resource}`;
}

export function volumeName(instance: string, source: string): string {
  return `${instance}_${source}`;
}

/** One that is built has the name of its container, unless the config names it. */
export function imageOf({ image, build, name, engine, version }: ContainerResource, instance: string): string {
  if (image !== undefined) return image;
  return build ? containerName(instance, name) : `${engine}:${version || 'latest'}`;
}

export function planContainer(spec: StartSpec<ContainerResource>, facts: ContainerFacts, owner: Owner): ContainerPlan {
  const { resource } = spec;
  const { instance } = owner;
  const named = Object.entries(resource.volumes).map(([source, target]) =>
    source.startsWith('/') ? { source, target } : { source: volumeName(instance, source), target, named: true },
  );
  const data =
    facts.dataFolder !== undefined && resource.persist
      ? [{ source: volumeName(instance, resource.name), target: facts.dataFolder, named: true }]
      : [];
  const mounts = [...data, ...named];
  const matters: Docker.ContainerCreateOptions = {
    Hostname: resource.name,
    Image: imageOf(resource, instance),
    Env: Object.entries({ ...facts.env, ...spec.env }).map(([name, value]) => `${name}=${value}`),
    ...commandOf(resource, facts),
    ...(resource.user !== undefined && { User: resource.user }),
    ...portsOf(spec, facts),
    // Readiness is asked for from outside; the image's own check would only start processes in there.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...portsOf(spec, facts).HostConfig,
      Binds: [
        ...mounts.map(({ source, target }) => `${source}:${target}`),
        ...Object.entries({ ...facts.mounts, ...resource.files }).map(([source, target]) => `${source}:${target}:ro`),
      ],
      // Not to be kept, and gone with the container: memory, so that no anonymous volume stays behind.
      ...(facts.dataFolder !== undefined && !resource.persist && { Tmpfs: { [facts.dataFolder]: '' } }),
      NetworkMode: instance,
      ExtraHosts: ['host.docker.internal:host-gateway'],
      RestartPolicy: { Name: 'no' },
      // Said, since a default of another kind may not be readable back.
      LogConfig: { Type: 'json-file', Config: {} },
      ...(facts.sharedMemoryBytes !== undefined && { ShmSize: facts.sharedMemoryBytes }),
    },
    NetworkingConfig: { EndpointsConfig: { [instance]: { Aliases: [resource.name] } } },
  };
  const files = { ...facts.files, ...spec.files };
  const hash = createHash('sha256')
    .update(JSON.stringify([matters, files]))
    .digest('hex')
    .slice(0, 16);
  return {
    name: containerName(instance, resource.name),
    image: imageOf(resource, instance),
    network: instance,
    volumes: mounts.flatMap((mount) => ('named' in mount ? [mount.source] : [])),
    hash,
    files,
    options: {
      ...matters,
      name: containerName(instance, resource.name),
      Labels: {
        ...ownerLabels(owner),
        [LABELS.resource]: resource.name,
        [LABELS.hash]: hash,
        [LABELS.run]: String(spec.run),
      },
    },
  };
}

export function ownerLabels(owner: Owner): { [label: string]: string } {
  const { instance, stackName, root, user } = owner;
  return {
    [LABELS.instance]: instance,
    [LABELS.stack]: stackName,
    [LABELS.root]: root,
    ...(user !== undefined && { [LABELS.user]: user }),
  };
}

function commandOf(resource: ContainerResource, facts: ContainerFacts): Docker.ContainerCreateOptions {
  const words = wordsOf(resource.command ?? facts.command);
  const command = words || resource.args.length > 0 ? [...(words ?? []), ...resource.args] : undefined;
  const entrypoint = wordsOf(resource.entrypoint);
  return { ...(entrypoint && { Entrypoint: entrypoint }), ...(command && { Cmd: command }) };
}

/** A string is a shell command, as in the image's own CMD. */
function wordsOf(command: string | readonly string[] | undefined): string[] | undefined {
  if (command === undefined) return undefined;
  return typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command];
}

function portsOf(spec: StartSpec<ContainerResource>, facts: ContainerFacts) {
  const exposed: { [port: string]: object } = {};
  const bindings: { [port: string]: { HostIp: string; HostPort: string }[] } = {};
  for (const { name, protocol, containerPort } of spec.resource.ports) {
    const inside = facts.published?.[name] ?? containerPort;
    const outside = spec.ports[name];
    if (inside === undefined || outside === undefined) continue;
    const key = `${inside}/${protocol === 'udp' ? 'udp' : 'tcp'}`;
    exposed[key] = {};
    // A number of ours, never the engine's choice: that would change with every start.
    bindings[key] = [{ HostIp: '127.0.0.1', HostPort: String(outside) }];
  }
  return { ExposedPorts: exposed, HostConfig: { PortBindings: bindings } };
}
