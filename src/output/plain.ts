import type { EngineEvent, ResourceStatus, Snapshot } from '../core/engine.ts';
import { describe, type Description } from './describe.ts';
import { inWords } from './duration.ts';
import { createLabels } from './labels.ts';
import { blockerInWords, causeInWords, runtimeInWords, withoutName } from './status-words.ts';
import type { Style } from './style.ts';

/** Turns what happens into lines for people: what changed, why, and what to do. */
export interface Narrator {
  /** Lines for an event, without line ends. */
  tell(event: EngineEvent): readonly string[];
  prefixOf(name: string): string;
}

/** What brings a resource back that has failed for good; nothing when the stack ends with it. */
export type WayBack = 'none' | 'start' | 'save or start';

export interface NarratorOptions {
  readonly names: readonly string[];
  readonly style: Style;
  readonly now: () => number;
  readonly wayBack: (name: string) => WayBack;
}

interface Told {
  state: string;
  waiting: string;
  progress: string;
  runtime: string;
  trouble: string;
}

const SELF = 'devstack';

export function createNarrator({ names, style, now, wayBack }: NarratorOptions): Narrator {
  const width = Math.max(SELF.length, ...names.map(({ length }) => length));
  const told = new Map<string, Told>();
  let startedAt = now();
  let announced = false;
  const statuses = new Map<string, ResourceStatus>();

  /** The failure last told for a resource: it is not told twice. */
  const failures = new Map<string, string>();
  const remember = (name: string, words: string): string => {
    failures.set(name, words);
    return words;
  };

  const { label, prefixOf } = createLabels(names, width, style);
  const line = (name: string, text: string): string => `${label(name)} ${style.dim('·')} ${text}`;

  function tell(event: EngineEvent): readonly string[] {
    switch (event.kind) {
      case 'snapshot':
        return snapshot(event.snapshot);
      case 'status':
        return [...status(event.status), ...summary()];
      case 'removed':
        statuses.delete(event.name);
        return [line(event.name, 'removed from the config')];
      case 'notice':
        return event.text
          .split('\n')
          .map((text) =>
            line(SELF, event.level === 'info' ? text : event.level === 'warn' ? style.yellow(text) : style.red(text)),
          );
      case 'ended':
        return [line(SELF, 'everything has stopped')];
    }
  }

  function snapshot({ startedAt: begun, statuses: all }: Snapshot): readonly string[] {
    startedAt = begun;
    statuses.clear();
    for (const one of all) statuses.set(one.name, one);
    return [...all.flatMap(status), ...summary()];
  }

  function status(one: ResourceStatus): readonly string[] {
    statuses.set(one.name, one);
    const last = told.get(one.name) ?? { state: 'idle', waiting: '', progress: '', runtime: '', trouble: '' };
    const lines: string[] = [];
    const next: Told = { ...last };
    const say = (field: keyof Told, key: string, text: () => string): void => {
      if (last[field] === key) return;
      next[field] = key;
      const words = key === '' ? '' : text();
      if (words !== '') lines.push(...words.split('\n').map((part) => line(one.name, part)));
    };
    const blockers = one.blockedBy.filter(({ gate }) => gate !== 'stopped');
    say(
      'waiting',
      one.wanted ? blockers.map(({ on, gate }) => `${on} ${gate}`).join() : '',
      () => `waiting for ${blockers.map((blocker) => blockerInWords(blocker, now())).join(', ')}`,
    );
    say('runtime', runtimeInWords(one), () => runtimeInWords(one));
    say('progress', one.progress ?? '', () => style.dim(one.progress ?? ''));
    say(
      'state',
      `${one.lifecycle.kind}${one.lifecycle.kind === 'stopping' && one.lifecycle.killed ? ' killed' : ''} ${one.run}`,
      () => stateLine(one),
    );
    say('trouble', one.trouble ? describe(one.trouble).title : '', () =>
      style.yellow(one.trouble ? full(one.name, describe(one.trouble)) : ''),
    );
    told.set(one.name, next);
    return lines;
  }

  function stateLine(one: ResourceStatus): string {
    const { lifecycle } = one;
    switch (lifecycle.kind) {
      case 'idle':
        return one.run > 0 ? 'stopped' : '';
      case 'starting':
        return one.restarts > 0
          ? `starting again: ${one.lastCause && lifecycle.attempt === 1 ? causeInWords(one.lastCause) : `attempt ${lifecycle.attempt}`}`
          : 'starting';
      case 'running':
        return one.role === 'task' ? 'running' : '';
      case 'ready': {
        const ports = Object.values(one.ports);
        const where = Object.values(one.urls)[0] ?? (ports[0] === undefined ? '' : `127.0.0.1:${ports[0]}`);
        return `${style.green('ready')} after ${inWords(lifecycle.since - (one.runStartAt ?? lifecycle.since))}${where === '' ? '' : `  ${where}`}${one.info?.adopted ? '  (was running already)' : ''}`;
      }
      case 'stopping':
        return lifecycle.killed
          ? style.yellow('did not stop in time: killed')
          : lifecycle.next.kind === 'rest'
            ? 'stopping'
            : style.red(`stopping: ${remember(one.name, full(one.name, describe(lifecycle.next.failure)))}`);
      case 'backoff':
        return `${style.red(full(one.name, describe(lifecycle.failure)))}\nagain in ${inWords(lifecycle.delayMs)} (attempt ${lifecycle.attempt + 1})`;
      case 'done':
        return lifecycle.skipped
          ? 'skipped: its inputs are as they were at the last success'
          : `${style.green('done')} after ${inWords(lifecycle.at - (one.runStartAt ?? lifecycle.at))}`;
      case 'failed': {
        const words = full(one.name, describe(lifecycle.failure));
        return style.red(failures.get(one.name) === words ? 'failed' : `failed: ${words}`) + wayBackLine(one.name);
      }
    }
  }

  function wayBackLine(name: string): string {
    switch (wayBack(name)) {
      case 'none':
        return '';
      case 'start':
        return `\nTo start it again: devstack start ${name}`;
      case 'save or start':
        return `\nTo start it again: save a file or devstack start ${name}`;
    }
  }

  /** Once, when everything that is wanted has come up. */
  function summary(): readonly string[] {
    if (announced) return [];
    const isUp = ({ lifecycle }: ResourceStatus): boolean => lifecycle.kind === 'ready' || lifecycle.kind === 'done';
    // Asked after every event: the first that is not up answers.
    for (const one of statuses.values()) if (one.wanted && !isUp(one)) return [];
    const wanted = [...statuses.values()].filter((one) => one.wanted);
    if (wanted.length === 0) return [];
    announced = true;
    const last = Math.max(...wanted.map(({ readyAt }) => readyAt ?? startedAt));
    const links = wanted.flatMap(({ name, urls }) =>
      Object.entries(urls).map(([title, url]) => ({ title: title === 'http' ? name : title, url })),
    );
    const wide = Math.max(0, ...links.map(({ title }) => title.length));
    return [
      line(SELF, style.bold(`all ${wanted.length} ready in ${inWords(last - startedAt)}`)),
      ...links.map(({ title, url }) => line(SELF, `  ${title.padEnd(wide)}  ${url}`)),
    ];
  }

  return { tell, prefixOf };
}

/** Behind the name of the resource. */
function full(name: string, { title, detail, hint }: Description): string {
  return [withoutName(name, title), detail, hint].filter((part) => part !== undefined).join('\n');
}
