import { withoutUrlPasswords } from './secret-text.ts';
import type { ContainerResource, Elsewhere, ProcessResource, Resource, Stack } from './stack.ts';

/** A resource that runs another way in this checkout: from its image, or at an address. */
export interface Use {
  readonly name: string;
  /** `container`, or a URL. */
  readonly instead: string;
}

export type Used =
  { readonly kind: 'used'; readonly stack: Stack } | { readonly kind: 'refused'; readonly reason: string };

/** The stack with one resource another way. All that is made of it follows: addresses, what starts, what is asked for. */
export function useInstead(stack: Stack, { name, instead }: Use): Used {
  const resource = stack.resources.find((one) => one.name === name);
  if (!resource) return refused(`there is no resource ${name}`);
  const made = instead === 'container' ? fromImage(resource) : atAddress(resource, instead, stack.root);
  if (typeof made === 'string') return refused(made);
  return {
    kind: 'used',
    stack: { ...stack, resources: stack.resources.map((one) => (one === resource ? made : one)) },
  };
}

const refused = (reason: string): Used => ({ kind: 'refused', reason });

/** As it may be shown. */
export function shownUse({ name, instead }: Use): string {
  return `${name}=${withoutUrlPasswords(instead)}`;
}

function fromImage(resource: Resource): ContainerResource | string {
  if (resource.kind === 'task') return 'a task runs natively; only services and workers can run from their image';
  if (resource.kind === 'container') return resource;
  if (resource.image === undefined && resource.build === undefined)
    return 'it has no image and no build; add one of them';
  const file = resource.configFiles?.find(({ path }) => !path.startsWith('/'))?.path;
  if (file !== undefined)
    return `its file ${file} does not begin with /, and nobody here knows which folder its image works in`;
  // What only a native process has stays behind.
  const {
    cwd: _cwd,
    run: _run,
    role: _role,
    watch: _watch,
    buildDev: _build,
    tty: _tty,
    successExitCodes: _codes,
    ...common
  } = resource;
  return {
    ...common,
    kind: 'container',
    engine: 'container',
    runtime: 'docker',
    version: '',
    persist: true,
    files: {},
    volumes: {},
    args: [],
    settings: { databases: [], init: [], options: {} },
  };
}

function atAddress(resource: Resource, text: string, root: string): ProcessResource | string {
  if (resource.kind === 'task' || resource.ports.length === 0) return 'it has no address that others could be led past';
  if (resource.kind === 'container' && resource.engine !== 'container')
    return 'it is a server with a login of its own; only services and containers of any image can be elsewhere';
  const [port, ...more] = resource.ports;
  if (more.length > 0)
    return `it has several ports (${resource.ports.map(({ name }) => name).join(', ')}), and this is one address`;
  const elsewhere = elsewhereOf(text);
  if (typeof elsewhere === 'string') return elsewhere;
  const ready = resource.health.ready;
  const isAsked = ready?.kind === 'http' || ready?.kind === 'tcp';
  return {
    kind: 'process',
    role: 'service',
    name: resource.name,
    at: resource.at,
    autostart: resource.autostart,
    dependencies: [],
    companions: [],
    env: {},
    ports: port ? [port] : [],
    // What is there is asked; a command or a log would be of a program that is not.
    health: isAsked ? { ready, live: ready } : {},
    stop: resource.stop,
    links: resource.links,
    ...(resource.image !== undefined && { image: resource.image }),
    cwd: resource.kind === 'process' ? resource.cwd : root,
    envFiles: [],
    run: '',
    // It may come back at any time.
    restart: 'always',
    successExitCodes: [0],
    restartWith: [],
    tty: false,
    elsewhere,
  };
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function elsewhereOf(text: string): Elsewhere | string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "it is neither 'container' nor a URL such as https://staging.example.com";
  }
  if (url.username !== '' || url.password !== '') return 'an address with a login would be seen by everybody';
  if (url.search !== '' || url.hash !== '') return 'the address has something behind its path, where others put theirs';
  const port = url.port === '' ? PORTS[url.protocol] : Number(url.port);
  if (url.hostname === '' || port === undefined)
    return 'the address needs a host and a port, for example tcp://db.example.com:4000';
  return { url: text.replace(/\/+$/, ''), host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Where it is for who is in a container: this machine has another name there. */
export function seenFrom({ url, host, port }: Elsewhere, gateway: string | undefined): Elsewhere {
  if (gateway === undefined || !/^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) return { url, host, port };
  const moved = new URL(url);
  moved.hostname = gateway;
  return { url: moved.href.replace(/\/+$/, ''), host: gateway, port };
}

/** What others would have to know of a running stack to see it as it is. */
export function usesIn(
  stack: Stack,
  statuses: readonly { readonly name: string; readonly kind: Resource['kind']; readonly elsewhere?: string }[],
): readonly Use[] {
  return statuses.flatMap(({ name, kind, elsewhere }): Use[] => {
    const resource = stack.resources.find((one) => one.name === name);
    if (!resource) return [];
    const isThere = resource.kind === 'process' && resource.elsewhere?.url === elsewhere;
    if (elsewhere !== undefined) return isThere ? [] : [{ name, instead: elsewhere }];
    return kind === 'container' && resource.kind === 'process' ? [{ name, instead: 'container' }] : [];
  });
}
