import type { ResourceStatus } from '../../core/engine.ts';
import { isActive } from '../../core/lifecycle.ts';
import { detailInWords, stateInWords } from '../../output/status-words.ts';
import { entriesOf, type Entry } from '../entries.ts';
import type { Facts, Model } from '../model.ts';
import { cutLine, type Line, type Look, type Piece } from './line.ts';
import { inColumns, shortBytes, shortCount } from './short.ts';

/** The list as lines, and which entry each line belongs to. */
export interface ListLines {
  readonly lines: readonly Line[];
  readonly ids: readonly string[];
}

interface Sign {
  readonly sign: string;
  readonly look: Look;
}

/** What the state of a resource looks like. */
export function signOf(status: ResourceStatus | undefined): Sign {
  if (!status) return { sign: '·', look: 'dim' };
  switch (status.lifecycle.kind) {
    case 'idle':
      return status.wanted ? { sign: '○', look: 'busy' } : { sign: '·', look: 'dim' };
    case 'starting':
    case 'running':
      return { sign: '◐', look: 'busy' };
    case 'ready':
      return status.trouble ? { sign: '▲', look: 'busy' } : { sign: '●', look: 'good' };
    case 'stopping':
      return { sign: '◌', look: 'busy' };
    case 'backoff':
      return { sign: '↻', look: 'bad' };
    case 'done':
      return { sign: '✓', look: 'good' };
    case 'failed':
      return { sign: '✗', look: 'bad' };
  }
}

/** The rows of the list that fit, the selected one among them. */
export function listLines(model: Model, facts: Facts, columns: number, rows: number): ListLines {
  const entries = entriesOf(facts, model.folded);
  const blocks = entries.map((entry) => ({ entry, lines: linesOf(entry, model, facts, columns) }));
  const chosen = Math.max(
    0,
    blocks.findIndex(({ entry }) => entry.id === model.selected),
  );
  // Where there is no room for the reasons of all, only that of the selected one is said.
  const total = blocks.reduce((sum, { lines }) => sum + lines.length, 0);
  const fitted =
    total <= rows
      ? blocks
      : blocks.map((block, at) => (at === chosen ? block : { ...block, lines: block.lines.slice(0, 1) }));
  const lines = fitted.flatMap((block) => block.lines);
  const ids = fitted.flatMap((block) => block.lines.map(() => block.entry.id));
  const first = ids.indexOf(blocks[chosen]?.entry.id ?? '');
  const last = ids.lastIndexOf(blocks[chosen]?.entry.id ?? '');
  // As far up as it goes with the selected one in the middle.
  const top = Math.max(0, Math.min(lines.length - rows, Math.floor((first + last) / 2) - Math.floor(rows / 2)));
  return { lines: lines.slice(top, top + rows).map((one) => cutLine(one, columns)), ids: ids.slice(top, top + rows) };
}

function linesOf(entry: Entry, model: Model, facts: Facts, columns: number): readonly Line[] {
  const isChosen = entry.id === model.selected;
  switch (entry.kind) {
    case 'all':
      return [row(isChosen, model, columns, [{ text: 'All', look: 'bold' }], [])];
    case 'group': {
      const bad = entry.members.filter((name) => facts.statuses.get(name)?.lifecycle.kind === 'failed').length;
      const folded = model.folded.has(entry.id);
      const left: Line = [{ text: `${folded ? '▸' : '▾'} ${entry.title}`, look: 'dim' }];
      const right: readonly Ranked[] = [
        ...(bad > 0 ? [{ rank: 0, text: `✗${bad}`, look: 'bad' } as const] : []),
        ...(folded ? [{ rank: 1, text: `${entry.members.length}`, look: 'dim' } as const] : []),
      ];
      return [row(isChosen, model, columns, left, right)];
    }
    case 'resource':
      return resourceLines(entry.id, isChosen, model, facts, columns);
  }
}

function resourceLines(name: string, isChosen: boolean, model: Model, facts: Facts, columns: number): readonly Line[] {
  const known = facts.statuses.get(name);
  // Once everything stops nothing waits any more.
  const status = known && facts.quitting ? { ...known, wanted: false, blockedBy: [] } : known;
  const { sign, look } = signOf(status);
  const isMuted = model.muted.has(name);
  const left: Line = [
    { text: ` ${sign} `, look },
    { text: name, look: isMuted ? 'dim' : 'plain' },
  ];
  const head = row(isChosen, model, columns, left, status ? rightOf(status, facts, isMuted) : []);
  const detail = status && needsWords(status) ? detailInWords(status, facts.now) : '';
  if (detail === '' || columns < 24) return [head];
  const words = inColumns(detail.replaceAll(/\s+/g, ' '), columns - 4, 2);
  const shade: Look = status?.lifecycle.kind === 'failed' ? 'bad' : 'dim';
  const bar = status?.progressShare === undefined ? [] : [barOf(status.progressShare, columns - 4)];
  return [head, ...words.map((text): Line => [{ text: `   ${text}`, look: shade }]), ...bar];
}

function barOf(share: number, columns: number): Line {
  const percent = `${Math.floor(share * 100)} %`.padStart(6);
  const room = Math.max(1, columns - percent.length);
  const full = Math.round(Math.max(0, Math.min(1, share)) * room);
  return [
    { text: `   ${'━'.repeat(full)}`, look: 'good' },
    { text: '─'.repeat(room - full), look: 'dim' },
    { text: percent, look: 'dim' },
  ];
}

/** Ready ones need none: their numbers stand beside the name. */
function needsWords({ lifecycle, wanted, trouble, blockedBy }: ResourceStatus): boolean {
  if (trouble || blockedBy.length > 0) return true;
  if (lifecycle.kind === 'ready' || lifecycle.kind === 'done') return false;
  return lifecycle.kind !== 'idle' || wanted;
}

function rightOf(status: ResourceStatus, facts: Facts, isMuted: boolean): readonly Ranked[] {
  const { name, restarts, ports } = status;
  const usage = isActive(status.lifecycle) ? facts.usage.get(name) : undefined;
  const rate = facts.rates.get(name) ?? 0;
  const port = Object.values(ports)[0];
  const pieces: (Ranked | undefined)[] = [
    isMuted ? { rank: 2, text: 'hidden', look: 'dim' } : undefined,
    rate >= CHATTY ? { rank: 4, text: `${shortCount(rate)}/s`, look: 'busy' } : undefined,
    restarts > 0 ? { rank: 3, text: `↻${restarts}`, look: 'busy' } : undefined,
    status.lifecycle.kind === 'ready' ? undefined : { rank: 0, text: stateInWords(status), look: signOf(status).look },
    usage ? { rank: 6, text: `${Math.round(usage.cpu * 100)}%`, look: 'dim' } : undefined,
    usage ? { rank: 5, text: shortBytes(usage.memoryBytes), look: 'dim' } : undefined,
    port === undefined ? undefined : { rank: 1, text: `:${port}`, look: 'dim' },
  ];
  return pieces.filter((piece) => piece !== undefined);
}

/** What has the lowest rank is left out last. */
interface Ranked extends Piece {
  readonly rank: number;
}

/** Lines per second from which on a log is worth a word. */
const CHATTY = 20;

/** What does not fit beside the name is left out. */
function row(isChosen: boolean, model: Model, columns: number, left: Line, right: readonly Ranked[]): Line {
  const wide = left.reduce((sum, { text }) => sum + text.length, 0);
  const kept = new Set<Ranked>();
  let used = Math.min(wide, columns);
  for (const piece of right.toSorted((one, other) => one.rank - other.rank)) {
    if (used + piece.text.length + 1 > columns) break;
    used += piece.text.length + 1;
    kept.add(piece);
  }
  const spaced = right
    .filter((piece) => kept.has(piece))
    .flatMap(({ text, look }): Line => [{ text: ' ' }, look ? { text, look } : { text }]);
  const line: Line = [...left, { text: ' '.repeat(Math.max(0, columns - used)) }, ...spaced];
  if (!isChosen) return line;
  const look: Look = model.focus === 'list' ? 'chosen' : 'bold';
  return line.map(({ text }) => ({ text, look }));
}
