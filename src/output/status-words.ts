import type { Cause } from '../core/command.ts';
import type { Blocker, ResourceStatus } from '../core/engine.ts';
import { describe } from './describe.ts';
import { inWords } from './duration.ts';

/** The state of a resource in one or two words, for a column. */
export function stateInWords(status: ResourceStatus): string {
  const { lifecycle } = status;
  switch (lifecycle.kind) {
    case 'idle':
      return status.wanted ? 'waiting' : 'stopped';
    case 'starting':
    case 'running':
      return lifecycle.kind === 'running' && status.role === 'task' ? 'running' : 'starting';
    case 'ready':
      return status.elsewhere === undefined ? 'ready' : 'external';
    case 'stopping':
      return 'stopping';
    case 'backoff':
      return 'restarting';
    case 'done':
      return lifecycle.skipped ? 'skipped' : 'done';
    case 'failed':
      return 'failed';
  }
}

const GATES: Readonly<Record<Blocker['gate'], string>> = {
  started: 'to start',
  ready: 'to be ready',
  done: 'to finish',
  stopped: 'to stop',
};

/** `db to be ready (starting, 12 s)`. */
export function blockerInWords({ on, gate, lifecycle, since }: Blocker, now: number): string {
  const state = lifecycle === 'idle' ? 'waiting itself' : lifecycle;
  return `${on} ${GATES[gate]} (${state}${since === undefined ? '' : `, ${inWords(now - since)}`})`;
}

export function causeInWords(cause: Cause): string {
  switch (cause.kind) {
    case 'asked':
      return 'somebody asked for it';
    case 'file-changed':
      return cause.count > 1 ? `${cause.file} and ${cause.count - 1} more files changed` : `${cause.file} changed`;
    case 'env-file-changed':
      return `env file ${cause.file} changed`;
    case 'config-changed':
      return `its config changed (${cause.changed.join(', ')})`;
    case 'restarted-with':
      return `${cause.other} was restarted (restartWith)`;
    case 'address-changed':
      return `the address of ${cause.other} changed`;
  }
}

/** What is said of a resource beside its name; some titles begin with it. */
export function withoutName(name: string, words: string): string {
  return words.startsWith(`${name}: `) ? words.slice(name.length + 2) : words;
}

/** One sentence on what is going on with a resource; the detail column of `ps`. */
export function detailInWords(status: ResourceStatus, now: number): string {
  const { lifecycle } = status;
  if (status.blockedBy.length > 0)
    return `waiting for ${status.blockedBy.map((blocker) => blockerInWords(blocker, now)).join(', ')}`;
  switch (lifecycle.kind) {
    case 'idle':
      return status.wanted ? 'about to start' : '';
    case 'starting':
      return status.progress ?? 'starting';
    case 'running':
      return status.progress ?? (status.lastProbe === undefined ? '' : status.lastProbe);
    case 'ready':
      return status.trouble
        ? withoutName(status.name, describe(status.trouble).title)
        : (status.progress ?? runtimeInWords(status));
    case 'stopping':
      return lifecycle.killed
        ? 'killed, waiting for it to be gone'
        : `asked to stop ${inWords(now - lifecycle.since)} ago`;
    case 'backoff':
      return `${withoutName(status.name, describe(lifecycle.failure).title)}; again in ${inWords(lifecycle.since + lifecycle.delayMs - now)}`;
    case 'done':
      return lifecycle.skipped ? 'inputs unchanged since the last success' : '';
    case 'failed':
      return withoutName(status.name, describe(lifecycle.failure).title);
  }
}

export function runtimeInWords({ info }: Pick<ResourceStatus, 'info'>): string {
  if (!info?.runtime) return '';
  const { name, version, reason } = info.runtime;
  return `${name === 'docker' ? 'container' : name} ${version}: ${reason}`;
}
