import { inWords } from '../../output/duration.ts';
import { instanceStateInWords, type InstanceState } from '../../output/instance-state.ts';
import type { Style } from '../../output/style.ts';
import { formatTable, type Column } from '../../output/table.ts';
import { EXIT, type Context } from '../context.ts';
import { findInstances, type Found, type KnownInstance } from '../instances.ts';

const COLUMNS: readonly Column[] = [
  { title: 'INSTANCE' },
  { title: 'STATE' },
  { title: 'PORTS', shrinks: true },
  { title: 'DIRECTORY' },
  { title: 'PID', align: 'right' },
  { title: 'FOR', align: 'right' },
];

/** Lists all instances of this user on this machine. */
export async function ls(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const found = await findInstances(context.env);
  if (options.json) context.print(JSON.stringify(found.map(listed), undefined, 2));
  else if (found.length === 0) context.say('No stack runs on this machine, and none has been started.');
  else {
    const now = Date.now();
    const rows = found.map((one) => rowOf(one, context.style, now));
    for (const line of formatTable(COLUMNS, rows, context.style, process.stdout.columns)) context.print(line);
  }
  return EXIT.ok;
}

function listed({ session: _, containers: __, volumes: ___, ...instance }: Found): KnownInstance {
  return instance;
}

function rowOf(one: KnownInstance, style: Style, now: number): readonly string[] {
  const { instance, ports, directory, directoryExists, pid, since } = one;
  return [
    instance,
    painted(one.state, style),
    [...new Set(Object.values(ports))].toSorted((a, b) => a - b).join(' '),
    directory === undefined ? 'not known' : directoryExists ? directory : `${directory} (gone)`,
    pid === undefined ? '' : String(pid),
    since === undefined || since === 0 ? '' : inWords(now - since),
  ];
}

function painted(state: InstanceState, style: Style): string {
  const text = instanceStateInWords(state);
  switch (state.kind) {
    case 'running':
      return state.ready === state.of ? style.green(text) : style.yellow(text);
    case 'silent':
    case 'left-behind':
      return style.red(text);
    case 'shared':
      return state.running > 0 ? style.green(text) : style.dim(text);
    case 'stopped':
      return style.dim(text);
  }
}
