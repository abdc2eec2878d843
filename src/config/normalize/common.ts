import type { Build, Dependency, Port, Resource } from '../../core/stack.ts';
import type { EnvTemplates } from '../env-option.ts';
import type { Place } from '../place.ts';
import { describePlace } from '../place.ts';
import type { ServiceWritten, TaskWritten, ContainerWritten } from '../options/process.ts';
import type { Listed, Scope } from '../scope.ts';
import { buildOf } from './build.ts';
import { templatesIn } from '../../core/config-file.ts';
import { edgesOf, listedOf } from './dependencies.ts';
import { deployOf } from './deploy.ts';
import { servicePortsOf } from './service-ports.ts';
import { sidecarsOf } from './sidecars.ts';

type Written = Pick<
  ServiceWritten & TaskWritten & ContainerWritten,
  | 'env'
  | 'dependsOn'
  | 'build'
  | 'image'
  | 'command'
  | 'stopSignal'
  | 'stopGracePeriod'
  | 'autostart'
  | 'links'
  | 'files'
  | 'restartWith'
  | 'deploy'
  | 'sidecars'
  | 'metrics'
>;

export type CommonFields = Pick<
  Resource,
  | 'name'
  | 'at'
  | 'autostart'
  | 'companions'
  | 'env'
  | 'stop'
  | 'image'
  | 'command'
  | 'links'
  | 'configFiles'
  | 'sidecars'
  | 'deploy'
  | 'metrics'
  | 'uncarried'
> & { readonly dependencies: readonly Dependency[]; readonly build?: Build };

/** What services, workers, tasks and containers have in common. */
export function commonOf(listed: Listed, written: Written, ports: readonly Port[], scope: Scope): CommonFields {
  const { key, name } = listed;
  const env = written.env ?? {};
  const files = written.files ?? [];
  const { compose, kubernetes } = written.deploy ?? {};
  if (compose || kubernetes)
    scope.reading.lastWords.set(name, { ...(compose && { compose }), ...(kubernetes && { kubernetes }) });
  checkPortVariables(env, ports, key, scope);
  if (written.deploy?.secretsAs === 'files') checkFileVariables(env, key, scope);
  const sidecars = sidecarsOf(written, `${key}.sidecars`, scope);
  const build = buildOf(written.build, `${key}.build`, scope);
  const dependsOn = listedOf(written.dependsOn, `${key}.dependsOn`, scope);
  return {
    name,
    at: placeText(scope.place, scope),
    autostart: written.autostart ?? true,
    ...edgesOf(
      name,
      dependsOn,
      [...Object.values(env), ...templatesIn(files), ...sidecars.flatMap((sidecar) => Object.values(sidecar.env))],
      scope.reading.names,
    ),
    env,
    stop: { signal: written.stopSignal ?? 'SIGTERM', graceMs: written.stopGracePeriod ?? 10_000 },
    ...(build ? { build } : {}),
    ...(written.image === undefined ? {} : { image: written.image }),
    ...(written.command === undefined ? {} : { command: written.command }),
    links: written.links ?? {},
    ...(files.length > 0 && { configFiles: files }),
    ...(sidecars.length > 0 && { sidecars }),
    ...deployOf(written.deploy, servicePortsOf(written.deploy?.servicePort, ports, key, scope)),
    ...metricsOf(written.metrics, ports, key, scope),
    ...uncarriedOf(listed.given),
  };
}

function metricsOf(
  written: Written['metrics'],
  ports: readonly Port[],
  key: string,
  scope: Scope,
): Pick<Resource, 'metrics'> {
  if (!written) return {};
  const { path = '/metrics', port } = written;
  if (port !== undefined && !ports.some(({ name }) => name === port)) {
    const message = `${key}.metrics names the port ${port}, which it does not have: ${ports.map(({ name }) => name).join(', ') || 'it has none'}.`;
    scope.problem('unknown-port', `${key}.metrics.port`, message);
  }
  return { metrics: { path, ...(port !== undefined && { port }) } };
}

const PROMOTED = ['metrics'];

function uncarriedOf(given: ReadonlySet<string>): { readonly uncarried?: readonly string[] } {
  const uncarried = PROMOTED.filter((option) => given.has(option));
  return uncarried.length === 0 ? {} : { uncarried };
}

export function placeText(place: Place | undefined, scope: Scope): string {
  return place ? describePlace(place, scope.reading.root) : '';
}

/** Two places for one number: the variable would contradict the port. */
function checkPortVariables(env: EnvTemplates, ports: readonly Port[], key: string, scope: Scope): void {
  for (const port of ports) {
    if (!Object.hasOwn(env, port.env)) continue;
    const message = `${key}.env.${port.env} is set by devstack: it carries the port ${port.name}. Set the port instead, or name another variable: ports: { ${port.name}: { env: '…' } }`;
    scope.problem('contradiction', `${key}.env.${port.env}`, message);
  }
}

/** What says where a value is, instead of the value. */
function checkFileVariables(env: EnvTemplates, key: string, scope: Scope): void {
  for (const [name, template] of Object.entries(env)) {
    const place = `${name}_FILE`;
    if (!Object.hasOwn(env, place) || template.every((part) => typeof part === 'string')) continue;
    const message = `${key}.env.${place} is set by devstack: with deploy.secretsAs: 'files' it says where ${name} is. Remove it, or ${name}.`;
    scope.problem('contradiction', `${key}.env.${place}`, message);
  }
}
