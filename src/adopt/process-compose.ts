import type { Adopted, AdoptedStack, Builder } from './adopted.ts';
import { commandResource } from './command.ts';
import { list, object, value, type Entry, type Expression } from './expression.ts';
import { dependenciesOf, listOf, mapOf, pairsOf, textOf, type Raw } from './compose/raw.ts';
import { parsed } from './compose/yaml.ts';

/** `processes` of process-compose. */
export function adoptProcessCompose(file: string, text: string): AdoptedStack {
  const processes = Object.entries(mapOf(parsed(file, text)['processes'])).map(
    ([name, raw]) => [name, mapOf(raw)] as const,
  );
  const names = new Set(processes.map(([name]) => name));
  const completed = new Set(
    processes.flatMap(([, raw]) =>
      dependenciesOf(raw).flatMap(({ name, condition }) => (condition.startsWith('process_completed') ? [name] : [])),
    ),
  );
  return {
    resources: processes.map(([name, raw]) => resource(name, raw, completed.has(name), names)),
    groups: groupsOf(processes, names),
    notes: [`Made from ${file} by devstack init. Check each line that has a comment above it.`],
  };
}

function resource(name: string, raw: Raw, isTask: boolean, names: ReadonlySet<string>): Adopted {
  const command = textOf(raw['command']) ?? '';
  const probe = mapOf(raw['readiness_probe'] ?? raw['liveness_probe']);
  const request = mapOf(probe['http_get']);
  const port = Number(textOf(request['port']) ?? 0);
  const plain = commandResource(command);
  const builder: Builder = isTask ? 'task' : port > 0 ? 'service' : plain.builder;
  const entries: Entry[] = isTask
    ? [['run', value(command)]]
    : plain.options.filter(([key]) => key !== 'port' || port === 0);
  if (!isTask && port > 0) entries.push(['port', value(port)]);
  const cwd = textOf(raw['working_dir']);
  if (cwd !== undefined && cwd !== '.') entries.push(['cwd', value(cwd)]);
  const env = Object.entries(pairsOf(raw['environment'])).map(([key, one]): Entry => [key, value(textOf(one) ?? '')]);
  if (env.length > 0) entries.push(['env', object(env)]);
  const files = listOf(raw['env_file']).flatMap((item) => textOf(item) ?? []);
  if (files.length > 0) entries.push(['envFile', list(files)]);
  const health = isTask ? undefined : healthOf(probe, port);
  if (health) entries.push(['healthcheck', health]);
  const others = dependenciesOf(raw).filter((other) => names.has(other.name));
  const items = others.map((other): Expression => ({ kind: 'resource', resource: other.name }));
  const [first] = items;
  if (first) entries.push(['dependsOn', items.length === 1 ? first : { kind: 'list', items }]);
  const restart = RESTARTS[textOf(mapOf(raw['availability'])['restart']) ?? ''];
  if (restart !== undefined && !isTask) entries.push(['restart', value(restart)]);
  const grace = Number(textOf(mapOf(raw['shutdown'])['timeout_seconds']) ?? 0);
  if (grace > 0) entries.push(['stopGracePeriod', value(`${grace}s`)]);
  if (raw['disabled'] === true) entries.push(isTask ? ['when', value('manual')] : ['autostart', value(false)]);
  const lost = ['is_daemon', 'is_elevated', 'replicas', 'vars'].filter(
    (key) => raw[key] !== undefined && raw[key] !== 1,
  );
  const stop = mapOf(raw['shutdown'])['command'] === undefined ? [] : ['shutdown.command'];
  const missing = [...lost, ...stop];
  return {
    name,
    builder,
    options: entries,
    notes: missing.length > 0 ? [`${missing.join(', ')}: not carried over`] : [],
  };
}

const RESTARTS: { readonly [word: string]: string } = { always: 'always', no: 'no', exit_on_failure: 'no' };

function healthOf(probe: Raw, port: number): Expression | undefined {
  const path = textOf(mapOf(probe['http_get'])['path']) ?? '/';
  if (port > 0) return value(path.startsWith('/') ? path : `/${path}`);
  const command = textOf(mapOf(probe['exec'])['command']);
  return command === undefined ? undefined : object([['command', value(command)]]);
}

function groupsOf(processes: readonly (readonly [string, Raw])[], names: ReadonlySet<string>): AdoptedStack['groups'] {
  const spaces = [...new Set(processes.flatMap(([, raw]) => textOf(raw['namespace']) ?? []))];
  return spaces
    .filter((space) => !names.has(space))
    .map((name) => ({ name, members: processes.flatMap(([one, raw]) => (raw['namespace'] === name ? [one] : [])) }));
}
