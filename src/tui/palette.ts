import { ACTIONS, titleOf, type Action, type ActionId } from '../keys/actions.ts';
import type { Facts } from './model.ts';

/** What the palette offers: an action, or one on a certain resource. */
export type Match =
  | { readonly kind: 'action'; readonly id: ActionId; readonly title: string }
  | { readonly kind: 'on'; readonly id: ActionId; readonly name: string; readonly title: string };

const ON_RESOURCES: readonly { readonly id: ActionId; readonly verb: string }[] = [
  { id: 'focus', verb: 'Log of' },
  { id: 'info', verb: 'Why:' },
  { id: 'restart', verb: 'Restart' },
  { id: 'start', verb: 'Start' },
  { id: 'open', verb: 'Open in browser:' },
  { id: 'stop', verb: 'Stop' },
];

/** Best first; with no text all actions, as the table has them. */
export function matchesOf(facts: Facts, text: string): readonly Match[] {
  const offered = (ACTIONS as readonly Action[]).filter(({ id }) => id !== 'palette' && id !== 'cancel');
  const actions = offered.map((one): Match => ({ kind: 'action', id: one.id, title: titleOf(one, facts.attached) }));
  if (text.trim() === '') return actions;
  const names = [...facts.resources.keys()];
  const on = names.flatMap((name) =>
    ON_RESOURCES.map(({ id, verb }): Match => ({ kind: 'on', id, name, title: `${verb} ${name}` })),
  );
  return [...on, ...actions]
    .flatMap((match) => {
      const score = scoreOf(match.title, text);
      // Of what can be done to one the order above is the better one, not the length of the words.
      return score === undefined
        ? []
        : [{ match, score: match.kind === 'on' ? score + match.title.length / 100 : score }];
    })
    .toSorted((one, other) => other.score - one.score)
    .map(({ match }) => match);
}

/** How well the letters of `text` are found in `title`, in order; undefined when they are not. */
export function scoreOf(title: string, text: string): number | undefined {
  const where = title.toLowerCase();
  let score = 0;
  let at = -1;
  for (const word of text.toLowerCase().split(' ').filter(Boolean)) {
    let isFirst = true;
    for (const letter of word) {
      const next = isFirst ? firstOf(where, letter, at + 1) : where.indexOf(letter, at + 1);
      if (next < 0) return undefined;
      score += next === at + 1 ? 4 : isWordStart(where, next) ? 3 : -Math.min(2, (next - at) / 10);
      at = next;
      isFirst = false;
    }
  }
  return score - title.length / 100;
}

const isWordStart = (title: string, at: number): boolean => at === 0 || /[\s:,(]/.test(title[at - 1] ?? '');

/** Where a word begins with the letter, else where it is at all. */
function firstOf(title: string, letter: string, from: number): number {
  for (let at = title.indexOf(letter, from); at >= 0; at = title.indexOf(letter, at + 1))
    if (isWordStart(title, at)) return at;
  return title.indexOf(letter, from);
}
