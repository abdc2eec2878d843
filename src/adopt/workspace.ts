import path from 'node:path/posix';
import type { Adopted, AdoptedStack, Read } from './adopted.ts';
import { textOf } from './compose/raw.ts';
import { value, type Entry } from './expression.ts';
import { uniqueNames } from './names.ts';
import { devScript, manifestIn, scriptCommand } from './packages.ts';
import { readTurbo, turboCommand, type TurboStep } from './turbo.ts';

interface Found {
  readonly folder: string;
  readonly name: string;
  readonly script: string;
  /** What Turborepo does before it. */
  readonly steps: readonly TurboStep[];
}

/** What everything of Turborepo that comes first is done in: two at once would write over each other. */
const TASK = 'turbo';

/** The packages that can be started in development: those in `folders`, else the root, which is called `rootName` itself. */
export function adoptWorkspace(folders: readonly string[], read: Read, rootName: string): AdoptedStack {
  const turbo = readTurbo(folders, read);
  const packageIn = (folder: string): readonly Found[] => {
    const script = devScript(folder, read, turbo?.persistent(folder));
    if (script === undefined) return [];
    const name = textOf(manifestIn(folder, read)?.['name']) ?? (folder === '.' ? rootName : path.basename(folder));
    return [{ folder, name, script, steps: turbo?.before(folder, script) ?? [] }];
  };
  const members = folders.flatMap(packageIn);
  // The `dev` of a monorepo's root starts its members, as devstack will.
  const found = members.length > 0 ? members : packageIn('.');
  const services = found.map((one) => serviceOf(one, read));
  const steps = found.flatMap((one) => one.steps);
  const before: readonly Adopted[] =
    steps.length === 0
      ? []
      : [{ name: TASK, builder: 'task', options: [['run', value(turboCommand(steps))]], notes: [] }];
  const names = uniqueNames([...before, ...services].map(({ name }) => name));
  return {
    resources: [...before, ...services].map((one, index) => ({ ...one, name: names[index] ?? one.name })),
    groups: [],
    notes: turbo && found.length > 0 ? [`Made from ${turbo.file} by devstack init.`] : [],
  };
}

function serviceOf({ folder, name, script, steps }: Found, read: Read): Adopted {
  const place: readonly Entry[] = folder === '.' ? [] : [['cwd', value(`./${folder}`)]];
  const dev: Entry = ['dev', value(scriptCommand(folder, read, script))];
  const dependsOn: readonly Entry[] =
    steps.length === 0 ? [] : [['dependsOn', { kind: 'list', items: [{ kind: 'resource', resource: TASK }] }]];
  return { name, builder: 'service', options: [...place, dev, ...dependsOn], notes: [] };
}
