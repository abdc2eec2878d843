import { suspicion } from '../../core/secret-text.ts';

/** A service of the file, as far as rules look at it. */
export interface RuledService {
  readonly image?: unknown;
  readonly build?: unknown;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly unknown[];
  readonly networks?: readonly unknown[];
  readonly depends_on?: Readonly<Record<string, { readonly condition?: unknown }>>;
  readonly healthcheck?: unknown;
  readonly volumes?: readonly unknown[];
  readonly configs?: readonly { readonly source?: unknown }[];
  readonly cap_drop?: readonly unknown[];
  readonly security_opt?: readonly unknown[];
  readonly privileged?: unknown;
  readonly restart?: unknown;
  readonly command?: readonly unknown[];
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } };
}

export interface RuledFile {
  readonly services: Readonly<Record<string, RuledService>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly configs?: Readonly<Record<string, unknown>>;
}

export interface Violation {
  readonly service: string;
  readonly rule: string;
  readonly text: string;
}

/** What a senior engineer would send back. Our own output is held against it each time it is written. */
export function violationsOf(file: RuledFile, isPublic: (service: string) => boolean): readonly Violation[] {
  const published = new Map<string, string>();
  return Object.entries(file.services).flatMap(([name, service]) => {
    const found: Violation[] = [];
    const wrong = (rule: string, text: string): void => void found.push({ service: name, rule, text });
    checkImage(service, wrong);
    checkRights(service, wrong);
    checkReferences(service, file, wrong);
    checkSecrets(service, wrong);
    for (const port of (service.ports ?? []).map(String)) {
      const outside = port.slice(0, port.lastIndexOf(':'));
      const other = published.get(outside);
      if (other !== undefined) wrong('port-twice', `${outside} is a port of ${other}, too`);
      published.set(outside, name);
      if (!outside.startsWith('127.0.0.1:') && !isPublic(name))
        wrong('port-for-all', `${port} is open to other machines, and deploy.public is not set`);
    }
    return found;
  });
}

type Wrong = (rule: string, text: string) => void;

function checkImage({ image, build, restart, deploy }: RuledService, wrong: Wrong): void {
  if (typeof image !== 'string') return wrong('image', 'it has no image');
  const tag = /:([^:/]+)$/.exec(image.replace(/\$\{[^}]*\}/g, 'x').split('@')[0] ?? '')?.[1];
  const isPinned = image.includes('@sha256:');
  if (build === undefined && !isPinned && tag === undefined) wrong('image-untagged', `${image} has no tag`);
  if (tag === 'latest') wrong('image-latest', `${image} is another image tomorrow`);
  if (typeof restart !== 'string') wrong('restart', 'it has no restart policy');
  const limits = deploy?.resources?.limits ?? {};
  for (const limit of ['cpus', 'memory', 'pids'])
    if (limits[limit] === undefined) wrong('limits', `it has no limit of ${limit}`);
}

function checkRights(
  { cap_drop: dropped, security_opt: options, privileged, volumes }: RuledService,
  wrong: Wrong,
): void {
  if (dropped?.includes('ALL') !== true) wrong('capabilities', 'it keeps capabilities');
  if (options?.includes('no-new-privileges:true') !== true) wrong('new-privileges', 'it may get new privileges');
  if (privileged !== undefined) wrong('privileged', 'it is privileged');
  for (const volume of (volumes ?? []).map(String))
    if (/^[./~]/.test(volume)) wrong('host-folder', `${volume} is a folder of this machine`);
}

function checkReferences(service: RuledService, file: RuledFile, wrong: Wrong): void {
  const has = (section: Readonly<Record<string, unknown>> | undefined, name: string) =>
    Object.hasOwn(section ?? {}, name);
  for (const network of (service.networks ?? []).map(String))
    if (!has(file.networks, network)) wrong('no-network', `there is no network ${network}`);
  for (const volume of (service.volumes ?? []).map((one) => String(one).split(':')[0] ?? ''))
    if (!/^[./~]/.test(volume) && !has(file.volumes, volume)) wrong('no-volume', `there is no volume ${volume}`);
  for (const { source } of service.configs ?? [])
    if (!has(file.configs, String(source))) wrong('no-config', `there is no config ${String(source)}`);
  for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
    const target = file.services[other];
    if (!target) wrong('no-service', `it waits for ${other}, which is not there`);
    else if (condition === 'service_healthy' && target.healthcheck === undefined)
      wrong('never-healthy', `it waits until ${other} is healthy, which has no health check`);
    else if (condition === 'service_completed_successfully' && target.restart === 'unless-stopped')
      wrong('never-done', `it waits until ${other} is done, which is started again and again`);
  }
}

function checkSecrets({ environment = {}, command = [] }: RuledService, wrong: Wrong): void {
  for (const [name, value] of Object.entries(environment)) {
    // What is filled in from elsewhere is not in the file.
    const literal = String(value).replace(/\$\{[^}]*\}/g, '');
    const isFilledIn = literal !== String(value);
    const why = isFilledIn ? suspicion('', literal) : suspicion(name, literal);
    if (why !== undefined) wrong('secret', `${name} is in the file, and ${why}`);
  }
  for (const word of command.map(String)) {
    if (/\$\{\w*(?:PASSWORD|SECRET|TOKEN|KEY)/.test(word))
      wrong('secret-argument', 'a secret is an argument of its command');
  }
}
