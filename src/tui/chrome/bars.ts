import type { ResourceStatus } from '../../core/engine.ts';
import { inWords } from '../../output/duration.ts';
import { ACTIONS, type Action } from '../../keys/actions.ts';
import { keysOutOfTyping, showKey, type KeyMap } from '../../keys/map.ts';
import type { Facts, Model } from '../model.ts';
import { lengthOf, type Line, type Piece } from './line.ts';

/** The top line: what runs, how far it is, what needs attention. */
export function headerLine(model: Model, facts: Facts, columns: number): Line {
  const left: Line = [
    { text: ` ${facts.stack} `, look: 'title' },
    { text: ` ${facts.instance}`, look: 'dim' },
    { text: '  ' },
    ...progressOf(facts),
  ];
  const failed = [...facts.statuses.values()].filter(({ lifecycle }) => lifecycle.kind === 'failed').length;
  const right: Line = [
    ...(failed > 0 ? [{ text: `${failed} failed `, look: 'bad' } as const] : []),
    ...(model.mouse ? [] : [{ text: 'mouse: terminal ', look: 'busy' } as const]),
  ];
  const gap = columns - lengthOf(left) - lengthOf(right);
  return gap < 0 ? left : [...left, { text: ' '.repeat(gap) }, ...right];
}

const isUp = ({ lifecycle }: ResourceStatus): boolean => lifecycle.kind === 'ready' || lifecycle.kind === 'done';

function progressOf(facts: Facts): Line {
  if (facts.ended) return [{ text: 'everything has stopped', look: 'busy' }];
  const all = [...facts.statuses.values()];
  if (facts.quitting) {
    const left = all.filter(({ lifecycle }) => !['idle', 'done', 'failed'].includes(lifecycle.kind)).length;
    return [{ text: `stopping: ${left} to go${facts.attached ? '' : '; Ctrl-C ends it at once'}`, look: 'busy' }];
  }
  const wanted = all.filter((one) => one.wanted);
  if (wanted.length === 0) return [{ text: 'nothing is started', look: 'dim' }];
  const up = wanted.filter(isUp);
  if (up.length < wanted.length) {
    const first = Math.min(...wanted.map(({ firstStartAt }) => firstStartAt ?? facts.now), facts.now);
    // What failed does not come up by waiting.
    const never = wanted.some(
      ({ readyAt, lifecycle, blockedBy }) =>
        readyAt === undefined && lifecycle.kind !== 'failed' && !blockedBy.some((one) => one.lifecycle === 'failed'),
    );
    const since = never ? ` · ${inWords(Math.floor(Math.max(0, facts.now - first) / 1000) * 1000)}` : '';
    return [{ text: `${up.length} of ${wanted.length} ready${since}`, look: 'busy' }];
  }
  const last = Math.max(...wanted.map(({ readyAt }) => readyAt ?? facts.startedAt));
  return [{ text: `all ${wanted.length} ready in ${inWords(last - facts.startedAt)}`, look: 'good' }];
}

/** A part of the bottom line that can be clicked. */
export interface Hint {
  readonly from: number;
  readonly to: number;
  readonly action: Action['id'];
}

/** The bottom line: the keys that apply now. */
export function hintLine(
  model: Model,
  keys: KeyMap,
  columns: number,
  isAttached = false,
): { readonly line: Line; readonly hints: readonly Hint[] } {
  if (model.typing !== undefined) {
    const text = ` keys go to ${model.typing}; ${showKey(keysOutOfTyping(keys)[0] ?? '')} gives them back`;
    return { line: [{ text, look: 'busy' }], hints: [] };
  }
  const pieces: Piece[] = [];
  const hints: Hint[] = [];
  let at = 0;
  for (const action of ordered(model)) {
    const key = keys.keysOf(action.id)[0];
    const hint = (isAttached ? action.attached?.hint : undefined) ?? action.hint;
    if (key === undefined || hint === undefined) continue;
    const shown = showKey(key);
    const length = shown.length + hint.length + 3;
    if (at + length > columns) continue;
    pieces.push({ text: ` ${shown}`, look: 'key' }, { text: ` ${hint} `, look: 'dim' });
    hints.push({ from: at, to: at + length, action: action.id });
    at += length;
  }
  return { line: pieces, hints };
}

/** Help and quit are there in the narrowest terminal. */
function ordered({ focus }: Model): readonly Action[] {
  const all = (ACTIONS as readonly Action[]).filter(({ in: where }) => where === undefined || where === focus);
  const first = ['help', 'quit'];
  return [...all.filter(({ id }) => first.includes(id)), ...all.filter(({ id }) => !first.includes(id))];
}
