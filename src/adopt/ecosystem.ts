import type { Adopted, AdoptedStack } from './adopted.ts';
import { commandResource } from './command.ts';
import { mapOf, textOf, textsOf, type Raw } from './compose/raw.ts';
import { object, value, type Entry } from './expression.ts';

/** `apps` of PM2: what its file exports. */
export function adoptEcosystem(file: string, exported: unknown): AdoptedStack {
  const apps = mapOf(exported)['apps'];
  const all: readonly unknown[] = Array.isArray(apps) ? apps : [apps ?? exported];
  return {
    resources: all.map((app, index) => resource(mapOf(app), index)),
    groups: [],
    notes: [`Made from ${file} by devstack init. Check each line that has a comment above it.`],
  };
}

function resource(app: Raw, index: number): Adopted {
  const script = textOf(app['script']) ?? '';
  const interpreter = textOf(app['interpreter']) ?? (/\.[cm]?js$/.test(script) ? 'node' : '');
  const flags = textsOf(app['node_args'] ?? app['interpreter_args']);
  const words = [interpreter === 'none' ? '' : interpreter, ...flags, script, ...textsOf(app['args'])];
  const command = words.filter((word) => word !== '').join(' ');
  const env = Object.entries(mapOf(app['env'])).flatMap(([key, raw]): readonly Entry[] => {
    const text = textOf(raw);
    return text === undefined ? [] : [[key, value(typeof raw === 'number' ? raw : text)]];
  });
  const port = Number(textOf(mapOf(app['env'])['PORT']) ?? 0);
  const plain = commandResource(command);
  const entries: Entry[] = plain.options.filter(([key]) => key !== 'port' || port === 0);
  if (port > 0) entries.push(['port', value(port)]);
  const cwd = textOf(app['cwd']);
  if (cwd !== undefined && cwd !== '.' && cwd !== './') entries.push(['cwd', value(cwd)]);
  const others = env.filter(([key]) => key !== 'PORT');
  if (others.length > 0) entries.push(['env', object(others)]);
  const watch = app['watch'];
  if (Array.isArray(watch)) entries.push(['watch', { kind: 'list', items: textsOf(watch).map(value) }]);
  else if (watch === true) entries.push(['watch', value('.')]);
  if (app['autorestart'] === false) entries.push(['restart', value('no')]);
  const lost = ['instances', 'exec_mode', 'cron_restart', 'max_memory_restart', 'wait_ready'].filter(
    (key) => app[key] !== undefined && app[key] !== 1 && app[key] !== 'fork',
  );
  return {
    name: textOf(app['name']) ?? `app-${index + 1}`,
    builder: port > 0 ? 'service' : plain.builder,
    options: entries,
    notes: lost.length > 0 ? [`${lost.join(', ')}: not carried over`] : [],
  };
}
