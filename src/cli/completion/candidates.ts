import type { Command, Option } from 'commander';

/** What may stand at the place of the cursor. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What names there are, asked only where one may stand. */
export type ListNames = (kind: 'any' | 'task' | 'container') => Promise<readonly Candidate[]>;

/** What the last of the words may become; `words` are those behind `devstack`, the last one unfinished. */
export async function candidates(
  program: Command,
  words: readonly string[],
  listNames: ListNames,
): Promise<readonly Candidate[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const { command, rest } = commandOf(program, before);
  // Behind them come words of another program.
  if (before.includes('--')) return [];
  const awaited = optionNamed(command, before.at(-1));
  if (awaited?.required === true) return starting(current, choicesOf(awaited));
  const [, name, value] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  const assigned = optionNamed(command, name);
  if (assigned && value !== undefined)
    return starting(value, choicesOf(assigned)).map(({ word, about }) => ({ word: `${name}=${word}`, about }));
  if (current.startsWith('-')) return starting(current, optionsOf(command, before));
  const below = command.commands.filter((one) => !isHidden(one));
  if (below.length > 0)
    return starting(
      current,
      below.map((one) => ({ word: one.name(), about: one.description() })),
    );
  const taken = valuesIn(command, rest);
  const choices = command.registeredArguments[taken.length]?.argChoices;
  if (choices)
    return starting(
      current,
      choices.map((word) => ({ word, about: '' })),
    );
  const kind = kindOfName(command, taken.length);
  if (kind === undefined) return [];
  const names = await listNames(kind);
  return starting(current, names).filter(({ word }) => !taken.includes(word));
}

/** The command the words lead to, and those behind it. */
function commandOf(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    if (word.startsWith('-')) continue;
    const next = command.commands.find((one) => one.name() === word);
    if (!next) return { command, rest: words.slice(index) };
    command = next;
    if (next.commands.length === 0) return { command, rest: words.slice(index + 1) };
  }
  return { command, rest: [] };
}

const isHidden = (command: Command): boolean => command.name().startsWith('__');

const optionNamed = (command: Command, word: string | undefined): Option | undefined =>
  word === undefined ? undefined : command.options.find(({ long, short }) => long === word || short === word);

const choicesOf = ({ argChoices, description }: Option): readonly Candidate[] =>
  (argChoices ?? []).map((word) => ({ word, about: description }));

function optionsOf(command: Command, before: readonly string[]): readonly Candidate[] {
  const all = command.options.filter(
    ({ hidden, long, short }) => !hidden && !before.includes(long ?? '') && !before.includes(short ?? ''),
  );
  const help = { word: '--help', about: 'print help' };
  return [...all.map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description })), help];
}

/** Words that are no options, and not the values of options. */
function valuesIn(command: Command, words: readonly string[]): readonly string[] {
  return words.filter(
    (word, index) => !word.startsWith('-') && optionNamed(command, words[index - 1])?.required !== true,
  );
}

const OF_SERVERS = new Set(['reset', 'save', 'restore', 'list']);

function kindOfName(command: Command, taken: number): 'any' | 'task' | 'container' | undefined {
  const argument = command.registeredArguments[taken] ?? command.registeredArguments.at(-1);
  if (!argument || (taken >= command.registeredArguments.length && !argument.variadic)) return undefined;
  if (argument.name() === 'task') return 'task';
  if (argument.name() !== 'name' && argument.name() !== 'names') return undefined;
  if (command.parent?.name() === 'secret') return undefined;
  return OF_SERVERS.has(command.name()) ? 'container' : 'any';
}

const starting = (text: string, all: readonly Candidate[]): readonly Candidate[] =>
  all.filter(({ word }) => word.startsWith(text));
