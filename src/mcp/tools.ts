import type { Takes } from './arguments.ts';

export type ToolName =
  'status' | 'why' | 'logs' | 'search' | 'env' | 'start' | 'stop' | 'restart' | 'run_task' | 'up' | 'down';

export interface Tool {
  readonly name: ToolName;
  readonly title: string;
  readonly description: string;
  readonly takes: Takes;
  /** `looks` changes nothing, `adds` takes nothing away, `ends` stops something or runs what the config says. */
  readonly effect: 'looks' | 'adds' | 'ends';
}

/** Said to the model once, before any tool. */
export const INSTRUCTIONS =
  'devstack runs the local development stack of this project: services, workers, tasks and servers (databases, queues). ' +
  'After a change, restart what it concerns: the answer comes when it is ready, with the new lines of its log, or says why ' +
  'it failed. Services that watch their files restart by themselves. Answers are bounded; a cursor in an answer leads to more.';

export const TOOLS: readonly Tool[] = [
  {
    name: 'status',
    title: 'Status of the stack',
    description: 'State, address and trouble of all resources, or of some; what is not well comes first.',
    takes: { names: 'optional', cursor: 'optional' },
    effect: 'looks',
  },
  {
    name: 'why',
    title: 'Why a resource is in its state',
    description: 'What a resource waits for, why it failed or was restarted, and what to do.',
    takes: { name: 'required' },
    effect: 'looks',
  },
  {
    name: 'logs',
    title: 'Logs',
    description:
      'The newest lines of logs since the last restart of each resource, newest last. Cursors lead to older lines, and to those that came since.',
    takes: { names: 'optional', all: 'optional', max_bytes: 'optional', cursor: 'optional' },
    effect: 'looks',
  },
  {
    name: 'search',
    title: 'Search logs',
    description: 'Lines of all logs kept, also from earlier sessions, that match a regular expression; newest last.',
    takes: {
      pattern: 'required',
      names: 'optional',
      ignore_case: 'optional',
      max_bytes: 'optional',
      cursor: 'optional',
    },
    effect: 'looks',
  },
  {
    name: 'env',
    title: 'Environment of a resource',
    description: 'The variables the config gives a resource, secrets masked.',
    takes: { name: 'required', cursor: 'optional' },
    effect: 'looks',
  },
  {
    name: 'start',
    title: 'Start',
    description: 'Starts resources of the running stack with what they need, and waits until they are ready.',
    takes: { names: 'required', timeout_seconds: 'optional' },
    effect: 'adds',
  },
  {
    name: 'stop',
    title: 'Stop',
    description: 'Stops resources of the running stack, and waits until they have ended.',
    takes: { names: 'required', timeout_seconds: 'optional' },
    effect: 'ends',
  },
  {
    name: 'restart',
    title: 'Restart and wait',
    description:
      'Restarts resources and waits until they are ready: gives their state and the new lines of their logs, or why they failed.',
    takes: { names: 'required', timeout_seconds: 'optional' },
    effect: 'ends',
  },
  {
    name: 'run_task',
    title: 'Run a task',
    description: 'Runs a task of the running stack, waits for its end, and gives its result and what it printed.',
    takes: { name: 'required', timeout_seconds: 'optional' },
    effect: 'ends',
  },
  {
    name: 'up',
    title: 'Start the stack',
    description:
      'Starts the stack of this checkout in the background, or some of it with what it needs, and waits until it is ready. A running one goes on.',
    takes: { names: 'optional', timeout_seconds: 'optional' },
    effect: 'adds',
  },
  {
    name: 'down',
    title: 'Stop the stack',
    description: 'Stops everything, and removes containers and network. Data is kept.',
    takes: {},
    effect: 'ends',
  },
];
