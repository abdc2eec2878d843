import { explain } from '../core/explain.ts';
import type { ResourceStatus } from '../core/engine.ts';
import type { Stack } from '../core/stack.ts';
import type { CardFacts } from '../core/viewing.ts';
import { describe, programOf } from '../output/describe.ts';
import { inWords } from '../output/duration.ts';
import { graphAsText } from '../output/graph.ts';
import { causeInWords, withoutName } from '../output/status-words.ts';
import { whyInWords } from '../output/why.ts';
import type { Line, Look } from './chrome/line.ts';
import type { Choice, Dialog, Facts, Report } from './model.ts';

/** What is looked up outside for a report. */
export interface Lookups {
  readonly stack: () => Stack;
  /** `NAME=value`, secrets masked. */
  env(name: string): Promise<readonly string[]>;
  card(name: string): Promise<CardFacts>;
}

/** What was found. */
export interface Found {
  readonly stack: Stack;
  readonly env: readonly string[];
  readonly card: CardFacts;
}

/** Before anything was looked up. */
export const nothingOf = (lookups: Lookups): Found => ({ stack: lookups.stack(), env: [], card: { lastLines: [] } });

/** What a report needs; what cannot be had any more is left out. */
export async function lookUp(report: Report, name: string, lookups: Lookups): Promise<Found> {
  const nothing = nothingOf(lookups);
  const [env, card] = await Promise.all([
    report === 'env' ? lookups.env(name).catch(() => ['it could not be asked for']) : nothing.env,
    report === 'card' ? lookups.card(name).catch(() => nothing.card) : nothing.card,
  ]);
  return { ...nothing, env, card };
}

type ReportDialog = Extract<Dialog, { kind: 'report' }>;

export function createReport(report: Report, name: string, facts: Facts, found: Found): ReportDialog {
  const plain = (title: string, lines: readonly string[]): ReportDialog => ({
    kind: 'report',
    title,
    lines: lines.map((text): Line => [{ text }]),
    top: 0,
    choices: [],
  });
  switch (report) {
    case 'info': {
      const explanation = explain({ statuses: [...facts.statuses.values()] }, name);
      const { urls = {}, debugPort, watching } = facts.statuses.get(name) ?? {};
      return plain(name, [
        ...(explanation ? whyInWords(explanation, facts.now).split('\n') : []),
        ...Object.entries(urls).map(([title, url]) => `  ${title}  ${url}`),
        ...(debugPort === undefined ? [] : [`It listens for a debugger on 127.0.0.1:${debugPort}.`]),
        ...(watching === false ? ['It is left alone when files change (w).'] : []),
      ]);
    }
    case 'env':
      return plain(`Environment of ${name}`, found.env);
    case 'graph':
      return plain('Who needs whom', graphAsText(found.stack).split('\n'));
    case 'critical-path':
      return { ...plain('What the start waited for', []), lines: criticalPath(facts) };
    case 'card':
      return crashCard(name, facts, found);
  }
}

/** From what was ready last back to what it waited for; the first comes first. */
function criticalChain(facts: Facts): readonly ResourceStatus[] {
  const done = [...facts.statuses.values()].filter(({ readyAt, wanted }) => wanted && readyAt !== undefined);
  const latest = (among: readonly ResourceStatus[]): ResourceStatus | undefined =>
    among.toSorted((one, other) => (other.readyAt ?? 0) - (one.readyAt ?? 0))[0];
  const chain: ResourceStatus[] = [];
  for (let last = latest(done); last && !chain.includes(last);) {
    chain.unshift(last);
    const needs = facts.resources.get(last.name)?.dependencies.map(({ on }) => on) ?? [];
    last = latest(done.filter(({ name }) => needs.includes(name)));
  }
  return chain;
}

const tookMs = ({ firstStartAt, readyAt }: ResourceStatus): number => Math.max(0, (readyAt ?? 0) - (firstStartAt ?? 0));

/** `db 2.0 s → migrate 222 ms → api 332 ms`. */
export function criticalPathInWords(facts: Facts): string {
  return criticalChain(facts)
    .map((one) => `${one.name} ${inWords(tookMs(one))}`)
    .join(' → ');
}

/** The same as bars, one below the other. */
export function criticalPath(facts: Facts): readonly Line[] {
  const chain = criticalChain(facts);
  if (chain.length === 0) return [[{ text: 'nothing is ready yet', look: 'dim' }]];
  const wide = Math.max(...chain.map(({ name }) => name.length));
  const from = facts.startedAt;
  const total = Math.max(1, (chain.at(-1)?.readyAt ?? from) - from);
  const BAR = 30;
  const rows = chain.map(({ name, firstStartAt, readyAt }): Line => {
    const start = Math.max(from, firstStartAt ?? from);
    const end = readyAt ?? start;
    const at = Math.round(((start - from) / total) * BAR);
    const length = Math.max(1, Math.round(((end - start) / total) * BAR));
    return [
      { text: `${name.padEnd(wide)}  ` },
      { text: `${' '.repeat(Math.min(BAR - 1, at))}${'━'.repeat(length)}`.padEnd(BAR + 1), look: 'good' },
      { text: ` ${inWords(end - start)}`, look: 'bold' },
      { text: ` started ${inWords(start - from)} in`, look: 'dim' },
    ];
  });
  const wanted = [...facts.statuses.values()].filter((one) => one.wanted);
  const ready = wanted.filter(({ readyAt }) => readyAt !== undefined);
  const others = ready.length - chain.length;
  const who = ready.length === wanted.length ? 'all' : `${ready.length} of ${wanted.length}`;
  return [
    ...rows,
    [],
    [
      {
        text: `${who} ready after ${inWords(total)}${others > 0 ? `; ${others} more ${others === 1 ? 'was' : 'were'} ready in the meantime` : ''}`,
        look: 'dim',
      },
    ],
  ];
}

const LAST_LINES = 12;

/** What went wrong, in words, with what a person would look for next. */
function crashCard(name: string, facts: Facts, found: Found): ReportDialog {
  const status = facts.statuses.get(name);
  const lifecycle = status?.lifecycle;
  const failure =
    lifecycle?.kind === 'failed' || lifecycle?.kind === 'backoff'
      ? lifecycle.failure
      : lifecycle?.kind === 'stopping' && lifecycle.next.kind !== 'rest'
        ? lifecycle.next.failure
        : status?.trouble;
  if (!status || !failure) return createReport('info', name, facts, found);
  const { title, detail, hint } = describe(failure);
  // One whose port is taken has not run: what is in its log is older.
  const last = failure.code === 'port-in-use' ? [] : found.card.lastLines;
  const frame = failure.code === 'port-in-use' ? undefined : found.card.place;
  const lost = found.card.lostBefore;
  const say = (text: string | undefined, look?: Look): readonly Line[] =>
    text === undefined ? [] : text.split('\n').map((part): Line => [look ? { text: part, look } : { text: part }]);
  const lines: readonly Line[] = [
    ...say(withoutName(name, title), 'bad'),
    ...say(detail),
    ...say(hint, 'busy'),
    ...(frame
      ? [
          [],
          [
            { text: 'in your code  ', look: 'dim' },
            { text: `${frame.file}:${frame.line}`, look: 'bold' },
          ] satisfies Line,
          ...(frame.text === undefined ? [] : say(`  ${frame.text.trim()}`)),
        ]
      : []),
    ...(status.lastCause && status.lastCause.kind !== 'asked'
      ? [[], ...say(`just before: ${causeInWords(status.lastCause)}`, 'busy')]
      : []),
    ...(lost === undefined ? [] : say(`just before: ${lost}`, 'busy')),
    ...(last.length > 0
      ? [[], ...say('the last it wrote:', 'dim'), ...last.slice(-LAST_LINES).flatMap((text) => say(`  ${text}`))]
      : []),
  ];
  return { kind: 'report', title: `${name} has failed`, lines, top: 0, choices: choicesFor(status, name) };
}

function choicesFor(status: ResourceStatus, name: string): readonly Choice[] {
  const retry: Choice = {
    key: 'r',
    title: 'try again',
    effect: { kind: 'send', command: { kind: 'start', names: [name] } },
  };
  const close: Choice = { key: 'escape', title: 'close', effect: { kind: 'tell', text: '' } };
  const { lifecycle } = status;
  const failure = lifecycle.kind === 'failed' || lifecycle.kind === 'backoff' ? lifecycle.failure : undefined;
  if (failure?.code !== 'port-in-use') return [retry, close];
  const move: Choice = {
    key: 'u',
    title: 'use another port',
    effect: { kind: 'send', command: { kind: 'move-port', name } },
  };
  if (!failure.holder) return [move, retry, close];
  const { pid, command } = failure.holder;
  const end: Choice = {
    key: 's',
    title: `stop ${programOf(command)} (pid ${pid})`,
    effect: { kind: 'end-process', pid, port: failure.port, name },
    question: `Stop ${programOf(command)} (pid ${pid})? It is not part of this stack.`,
  };
  return [end, move, retry, close];
}
