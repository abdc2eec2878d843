import type { Command } from 'commander';
import { roleOf } from '../../core/stack.ts';
import { candidates, type Candidate, type ListNames } from '../completion/candidates.ts';
import { SCRIPTS, type Shell } from '../completion/scripts.ts';
import { loadFor } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';

/** Prints what a shell runs to know the words of devstack. */
export function completion(context: Context, shell: Shell): Promise<number> {
  context.print(SCRIPTS[shell]);
  return Promise.resolve(EXIT.ok);
}

/** What a shell asks while somebody types: a line for each word, with what it means behind a tab. Never fails. */
export async function complete(context: Context, program: Command, words: readonly string[]): Promise<number> {
  const found = await candidates(program, words, listNames(context, configIn(words))).catch(() => []);
  if (found.length > 0) context.print(found.map(({ word, about }) => `${word}\t${about}`).join('\n'));
  return EXIT.ok;
}

function configIn(words: readonly string[]): { readonly config?: string } {
  const at = words.findIndex((word) => word === '-c' || word === '--config');
  const config = at === -1 ? undefined : words[at + 1];
  return config === undefined ? {} : { config };
}

const listNames =
  (context: Context, options: { readonly config?: string }): ListNames =>
  async (kind) => {
    const { stack } = await loadFor(context, options);
    const resources = stack.resources
      .filter((resource) => kind === 'any' || resource.kind === kind)
      .map((resource): Candidate => ({ word: resource.name, about: roleOf(resource) }));
    const groups = kind === 'any' ? Object.entries(stack.groups) : [];
    return [...resources, ...groups.map(([word, members]) => ({ word, about: `group: ${members.join(', ')}` }))];
  };
