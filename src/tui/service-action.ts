import type { Command } from '../core/command.ts';
import { isActive } from '../core/lifecycle.ts';
import type { ActionId } from '../keys/actions.ts';
import { chosenEntry, chosenResource } from './entries.ts';
import type { Effect, Facts, Model } from './model.ts';
import type { Update } from './act.ts';

const SERVICE_ACTIONS = [
  'start',
  'stop',
  'restart',
  'restart-failed',
  'info',
  'env',
  'card',
  'graph',
  'critical-path',
  'open',
  'watch',
  'debug',
  'input',
  'quit',
  'interrupt',
  'detach',
  'stop-all',
  'kill-all',
] as const satisfies readonly ActionId[];

export type ServiceActionId = (typeof SERVICE_ACTIONS)[number];

export const isServiceAction = (id: ActionId): id is ServiceActionId => SERVICE_ACTIONS.some((one) => one === id);

/** What is done to services, or to all of them. */
export function serviceAction(model: Model, facts: Facts, id: ServiceActionId): Update {
  const only = (...effects: readonly Effect[]): Update => ({ model, effects });
  const ask = (text: string, effect: Effect): Update => ({
    model: { ...model, dialog: { kind: 'question', question: { text, effect } } },
    effects: [],
  });
  const name = chosenResource(model, facts);
  const names = chosenEntry(model, facts).members;
  switch (id) {
    case 'start':
      return only(...start(facts, names));
    case 'stop':
      return ask(`Stop ${inWords(names)}?`, send({ kind: 'stop', names }));
    case 'restart': {
      if (names.length === 1) return only(...restart(facts, names));
      const running = names.filter((one) => facts.resources.get(one)?.kind !== 'task' && runs(facts, one));
      if (running.length === 0) return only({ kind: 'tell', text: 'none of them runs' });
      const command = send({ kind: 'restart', names: running, cause: { kind: 'asked' } });
      return ask(`Restart ${inWords(running)}?`, command);
    }
    case 'restart-failed': {
      const failed = failedOf(facts);
      return failed.length === 0
        ? only({ kind: 'tell', text: 'nothing has failed' })
        : only(send({ kind: 'start', names: failed }), { kind: 'tell', text: `starting ${failed.join(', ')} again` });
    }
    case 'card': {
      const failed = name ?? lastFailed(facts);
      return failed === undefined ? only(SELECT) : only({ kind: 'report', report: id, name: failed });
    }
    case 'info':
    case 'env':
      return name === undefined ? only(SELECT) : only({ kind: 'report', report: id, name });
    case 'graph':
    case 'critical-path':
      return only({ kind: 'report', report: id, name: name ?? '' });
    case 'open':
      return name === undefined ? only(SELECT) : only({ kind: 'open', name });
    case 'watch':
      return only(...(name === undefined ? [SELECT] : toggleWatch(facts, name)));
    case 'debug': {
      if (name === undefined) return only(SELECT);
      const port = facts.statuses.get(name)?.debugPort === undefined ? 'auto' : 'off';
      return only(send({ kind: 'debug', name, port }));
    }
    case 'input':
      return input(model, facts, name);
    case 'detach':
      return only({ kind: 'leave' });
    case 'quit':
      if (facts.attached) return only({ kind: 'leave' });
      return serviceAction(model, facts, 'stop-all');
    case 'stop-all':
      return isAnythingUp(facts)
        ? ask('Stop everything and quit?', send({ kind: 'quit' }))
        : only(send({ kind: 'quit' }));
    case 'interrupt':
      if (facts.attached) return only({ kind: 'leave' });
      return only(send({ kind: facts.quitting ? 'kill' : 'quit' }));
    case 'kill-all':
      return ask('Kill everything and quit?', send({ kind: 'kill' }));
  }
}

const send = (command: Command): Effect => ({ kind: 'send', command });

const inWords = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] ?? '') : `${names.length} resources`;

const SELECT: Effect = { kind: 'tell', text: 'select a service first' };

function toggleWatch(facts: Facts, name: string): readonly Effect[] {
  const isOn = facts.statuses.get(name)?.watching;
  if (isOn === undefined) return [{ kind: 'tell', text: `${name} is not watched` }];
  const text = isOn ? `${name} is left alone when files change` : `${name} restarts again when files change`;
  return [send({ kind: 'watch', names: [name], on: !isOn }), { kind: 'tell', text }];
}

/** A task is run again; services are started, also those that failed. */
function start(facts: Facts, names: readonly string[]): readonly Effect[] {
  const [name] = names;
  if (names.length === 1 && name !== undefined) {
    const isTask = facts.resources.get(name)?.kind === 'task';
    return [send(isTask ? { kind: 'run', name } : { kind: 'start', names })];
  }
  // Of several, tasks are not done again, and what is started by hand is started by hand.
  const missing = names.filter((one) => {
    const lifecycle = facts.statuses.get(one)?.lifecycle;
    return facts.resources.get(one)?.autostart === true && lifecycle?.kind !== 'done' && !runs(facts, one);
  });
  return [missing.length === 0 ? { kind: 'tell', text: 'all of them run' } : send({ kind: 'start', names: missing })];
}

function runs(facts: Facts, name: string): boolean {
  const lifecycle = facts.statuses.get(name)?.lifecycle;
  return lifecycle !== undefined && isActive(lifecycle);
}

function restart(facts: Facts, names: readonly string[]): readonly Effect[] {
  const [name = ''] = names;
  if (facts.resources.get(name)?.kind === 'task') return [send({ kind: 'run', name })];
  if (runs(facts, name)) return [send({ kind: 'restart', names, cause: { kind: 'asked' } })];
  return [send({ kind: 'start', names })];
}

export function failedOf(facts: Facts): readonly string[] {
  return [...facts.statuses.values()].flatMap(({ name, lifecycle }) => (lifecycle.kind === 'failed' ? [name] : []));
}

function lastFailed(facts: Facts): string | undefined {
  const failed = [...facts.statuses.values()].flatMap(({ name, lifecycle }) =>
    lifecycle.kind === 'failed' ? [{ name, at: lifecycle.at }] : [],
  );
  return failed.toSorted((one, other) => other.at - one.at)[0]?.name;
}

function isAnythingUp(facts: Facts): boolean {
  return [...facts.statuses.values()].some(({ lifecycle }) => isActive(lifecycle));
}

function input(model: Model, facts: Facts, name: string | undefined): Update {
  const resource = name === undefined ? undefined : facts.resources.get(name);
  if (!resource || resource.kind === 'container')
    return { model, effects: [{ kind: 'tell', text: 'only a service or a task takes input' }] };
  if (resource.kind === 'process' && resource.tty)
    return { model: { ...model, focus: 'pane', typing: resource.name }, effects: [] };
  return { model: { ...model, prompt: { kind: 'input', text: '', name: resource.name } }, effects: [] };
}
