import path from 'node:path';
import type { ContainerResource } from '../../core/stack.ts';
import type { ContainerWritten } from '../options/process.ts';
import type { Listed, Scope } from '../scope.ts';
import { commonOf } from './common.ts';
import { listedOf } from './dependencies.ts';
import { envFilesOf, existingPath } from './files.ts';
import { healthOf } from './health.ts';
import { ingressOf } from './ingress.ts';
import { portsOf } from './ports.ts';

/** A container of any image: `container()`, and a service or worker without `dev`. */
export function containerOf(
  listed: Listed,
  written: ContainerWritten,
  hasPorts: boolean,
  stackName: string,
  scope: Scope,
): ContainerResource {
  const { key, name } = listed;
  const ports = hasPorts ? portsOf(written, key, scope) : [];
  for (const { path: file } of written.files ?? []) {
    const message = `${key}.files[${JSON.stringify(file)}] does not begin with /, and nobody here knows which folder its image works in.`;
    if (!file.startsWith('/')) scope.problem('bad-name', `${key}.files`, message);
  }
  return {
    kind: 'container',
    engine: 'container',
    runtime: 'docker',
    version: '',
    ...commonOf(listed, written, ports, scope),
    ports,
    health: healthOf(written.healthcheck, ports, `${key}.healthcheck`, scope),
    persist: true,
    files: {},
    volumes: volumesOf(written.volumes, `${key}.volumes`, scope),
    args: [],
    ...(written.entrypoint === undefined ? {} : { entrypoint: written.entrypoint }),
    ...(written.user === undefined ? {} : { user: written.user }),
    envFiles: envFilesOf(written.envFile, `${key}.envFile`, scope),
    restart: written.restart ?? 'on-failure',
    restartWith: listedOf(written.restartWith, `${key}.restartWith`, scope).map((other) => other.name),
    settings: { databases: [], init: [], options: {} },
    ...ingressOf(written.deploy?.ingress, name, stackName),
  };
}

/** A source that begins with `.` or `/` is a path on this machine, anything else the name of a volume. */
function volumesOf(written: ContainerWritten['volumes'], option: string, scope: Scope): ContainerResource['volumes'] {
  const entries = Object.entries(written ?? {}).map(([source, inside]): [string, string] => {
    if (/^[./]/.test(source)) return [existingPath(source, option, scope), inside];
    if (!/^[a-zA-Z0-9][\w.-]*$/.test(source)) {
      const message = `${option} has a volume ${JSON.stringify(source)}. A volume is named with letters, digits, _, . and -; a path begins with ./ or /.`;
      scope.problem('bad-name', option, message);
    }
    return [source, inside];
  });
  return Object.fromEntries(entries);
}

/** Files of the config's folder to places in a container. */
export function mountsOf(
  written: { readonly [source: string]: string } | undefined,
  option: string,
  scope: Scope,
): { readonly [hostPath: string]: string } {
  const entries = Object.entries(written ?? {}).map(([source, inside]): [string, string] => [
    existingPath(source, option, scope),
    path.posix.normalize(inside),
  ]);
  return Object.fromEntries(entries);
}
