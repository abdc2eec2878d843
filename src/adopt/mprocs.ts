import type { Adopted, AdoptedStack } from './adopted.ts';
import { commandResource, shellWord } from './command.ts';
import { object, value, type Entry } from './expression.ts';
import { mapOf, textOf, textsOf, type Raw } from './compose/raw.ts';
import { parsed } from './compose/yaml.ts';

/** `procs` of mprocs. */
export function adoptMprocs(file: string, text: string): AdoptedStack {
  const procs = Object.entries(mapOf(parsed(file, text)['procs']));
  return {
    resources: procs.map(([name, proc]) => resource(name, typeof proc === 'string' ? { shell: proc } : mapOf(proc))),
    groups: [],
    notes: [`Made from ${file} by devstack init.`],
  };
}

const SIGNALS: { readonly [word: string]: string } = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM' };

function resource(name: string, proc: Raw): Adopted {
  const command = textOf(proc['shell']) ?? textsOf(proc['cmd']).map(shellWord).join(' ');
  const { builder, options } = commandResource(command);
  const entries: Entry[] = [...options];
  const cwd = textOf(proc['cwd'])?.replace(/^<CONFIG_DIR>\/?/, './');
  if (cwd !== undefined && cwd !== '.' && cwd !== './') entries.push(['cwd', value(cwd)]);
  const env = Object.entries(mapOf(proc['env'])).flatMap(([key, raw]): readonly Entry[] => {
    const text = textOf(raw);
    return text === undefined ? [] : [[key, value(text)]];
  });
  if (env.length > 0) entries.push(['env', object(env)]);
  if (proc['autorestart'] === true) entries.push(['restart', value('always')]);
  const signal = SIGNALS[textOf(proc['stop']) ?? ''];
  if (signal !== undefined && signal !== 'SIGTERM') entries.push(['stopSignal', value(signal)]);
  if (proc['autostart'] === false) entries.push(['autostart', value(false)]);
  const notes = mapOf(proc['stop'])['send-keys'] === undefined ? [] : ['stop: send-keys is not carried over'];
  return { name, builder, options: entries, notes };
}
