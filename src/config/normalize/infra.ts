import type { Template } from '../../core/ref.ts';
import type { ContainerResource, InfraSettings, Port } from '../../core/stack.ts';
import type { InfraKind } from '../../kinds/index.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { InfraWritten } from '../options/infra.ts';
import { specialOptions } from '../options/infra.ts';
import type { Listed, Scope } from '../scope.ts';
import { placeText } from './common.ts';
import { mountsOf } from './container.ts';
import { deployOf } from './deploy.ts';
import { edgesOf } from './dependencies.ts';
import { existingPath } from './files.ts';
import { healthOf } from './health.ts';
import { infraChoiceOf } from './infra-choice.ts';

/** A server of a known engine. */
export function infraOf(
  listed: Listed,
  kind: InfraKind,
  written: InfraWritten,
  databases: readonly string[],
  stackInfra: InfraWritten['infra'],
  scope: Scope,
): ContainerResource {
  const { key, name } = listed;
  const engine = infraEngines[kind];
  const version = written.version ?? engine.version;
  const env = written.env ?? {};
  const ports = engine.ports.map((port, index): Port => ({
    name: port.name,
    port: index === 0 ? (written.port ?? 'auto') : 'auto',
    env: 'PORT',
    protocol: port.protocol,
    containerPort: port.number,
  }));
  return {
    kind: 'container',
    engine: kind,
    runtime: written.runtime ?? 'auto',
    version,
    name,
    at: placeText(scope.place, scope),
    autostart: written.autostart ?? true,
    ...edgesOf(name, [], Object.values(env), scope.reading.names),
    env,
    ports,
    health: healthOf(written.healthcheck, ports, `${key}.healthcheck`, scope),
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
    image: written.image ?? engine.image(version),
    links: {},
    persist: written.persist ?? true,
    files: mountsOf(written.files, `${key}.files`, scope),
    volumes: {},
    args: written.args ?? [],
    envFiles: [],
    restart: 'on-failure',
    restartWith: [],
    settings: settingsOf(listed, kind, written, databases, scope),
    ...infraChoiceOf(listed.key, kind, written, stackInfra, scope),
    ...deployOf(written.deploy),
  };
}

function settingsOf(
  listed: Listed,
  kind: InfraKind,
  written: InfraWritten,
  databases: readonly string[],
  scope: Scope,
): InfraSettings {
  const { key, name } = listed;
  const engine = infraEngines[kind];
  const { login } = engine;
  const password = written.password ?? written.secretKey;
  const user = written.user ?? written.accessKey;
  if (engine.hasDatabase && written.database !== undefined) checkDatabase(written.database, `${key}.database`, scope);
  const more = [...new Set(databases)];
  for (const database of more) checkDatabase(database, `${key}.addDatabase()`, scope);
  const { external } = written.deploy ?? {};
  return {
    ...(login.kind === 'user-and-password'
      ? { user: user ?? login.user, password: password ?? generated(name) }
      : login.kind === 'optional-password' && password
        ? { password }
        : {}),
    ...(engine.hasDatabase ? { database: written.database ?? name.replaceAll('-', '_') } : {}),
    databases: more,
    init: (written.init ?? []).map((file) => existingPath(file, `${key}.init`, scope)),
    options: Object.fromEntries(Object.entries(written).filter(([option]) => specialOptions(kind).includes(option))),
    ...(external ? { external } : {}),
  };
}

/** Made once per instance; the engine keeps it beside other generated secrets. */
function generated(name: string): Template {
  return [{ kind: 'secret', name: `${name}.password`, generateLength: 24 }];
}

function checkDatabase(name: string, option: string, scope: Scope): void {
  if (typeof name === 'string' && /^[A-Za-z_][\w-]{0,62}$/.test(name)) return;
  const message = `${option}: ${JSON.stringify(name)} is no name for a database. Use letters, digits, _ and -, beginning with a letter, at most 63.`;
  scope.problem('bad-name', option, message);
}
