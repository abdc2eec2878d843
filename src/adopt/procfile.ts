import type { Adopted, AdoptedStack } from './adopted.ts';
import { value } from './expression.ts';

/** Lines of `name: command`; `web` is given a port by whoever starts it, `release` is done before the rest. */
export function adoptProcfile(file: string, text: string): AdoptedStack {
  const lines = [...text.matchAll(/^([A-Za-z0-9_-]+):[ \t]*(\S.*)$/gm)];
  const resources = lines.map(([, name = '', command = '']): Adopted => {
    const common = { name, notes: [] };
    if (name === 'release') return { ...common, builder: 'task', options: [['run', value(command.trim())]] };
    const builder = name === 'web' || command.includes('$PORT') ? 'service' : 'worker';
    return { ...common, builder, options: [['dev', value(command.trim())]] };
  });
  return { resources, groups: [], notes: [`Made from ${file} by devstack init.`] };
}
