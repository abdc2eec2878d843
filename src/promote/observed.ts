import { average, quantile } from '../core/observed.ts';
import type { Observation, Observed } from '../core/observed.ts';
import type { Amounts } from '../core/deploy.ts';
import type { FileTree } from './tree.ts';
import type { Workload } from './workload.ts';

/** What becomes of it in files: a comment beside the usual numbers, or the numbers as well. */
export const RESOURCES_WAYS = ['comment', 'observed'] as const;
export type ResourcesWay = (typeof RESOURCES_WAYS)[number];

/** What would do for what was seen. */
export interface Suggestion {
  readonly requests: Required<Amounts>;
  readonly limits: Required<Amounts>;
}

const MEBIBYTE = 1024 * 1024;
const USUAL = 0.95;
/** Above the most that was seen: dev has fewer users, and a limit that is reached kills. */
const ROOM = 1.5;

/** What is asked for is what it needs nearly all the time, unless it is guaranteed all; what it may have is above all that was seen. */
export function suggestionOf({ memory, cpu }: Observation, isGuaranteed = false): Suggestion {
  const requests = { cpu: upTo(quantile(cpu, USUAL), 10), memory: upTo(quantile(memory, USUAL), 16 * MEBIBYTE) };
  const limits = {
    cpu: Math.max(requests.cpu, upTo(cpu.peak * ROOM, 100)),
    memory: Math.max(requests.memory, upTo(memory.peak * ROOM, 16 * MEBIBYTE)),
  };
  return { requests: isGuaranteed ? limits : requests, limits };
}

/** At least one step. */
function upTo(amount: number, step: number): number {
  return Math.max(1, Math.ceil(amount / step)) * step;
}

/** In words: what was seen, when, and what follows from it. */
export function observedLines(observation: Observation, isApplied: boolean, isGuaranteed = false): readonly string[] {
  const { memory, cpu, samples, until } = observation;
  const { requests, limits } = suggestionOf(observation, isGuaranteed);
  const count = String(samples).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return [
    `observed by devstack up: ${mebibytes(memory.peak)} MiB peak, ${mebibytes(quantile(memory, USUAL))} MiB p95, ${cores(quantile(cpu, USUAL))} cores p95, ${cores(average(cpu))} average, ${count} ${samples === 1 ? 'sample' : 'samples'} until ${until}`,
    `${isApplied ? 'so, for --resources observed:' : 'suggested:'} requests ${amounts(requests)}; limits ${amounts(limits)}`,
  ];
}

function amounts({ cpu, memory }: Required<Amounts>): string {
  return `cpu ${cpu}m, memory ${memory / MEBIBYTE}Mi`;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / MEBIBYTE);
}

function cores(milli: number): string {
  return (milli / 1_000).toFixed(2);
}

/** What is known of those whose resources the config does not say; a task is over before much is seen of it. */
export function observationsOf(workloads: readonly Workload[], observed: Observed): Observed {
  return new Map(
    workloads.flatMap(({ name, role, given }): [string, Observation][] => {
      const found = observed.get(name);
      // A first look tells nothing of CPU, and a limit made of that would choke.
      const isSeen = found && Object.keys(found.cpu.counts).length > 0;
      return isSeen && role !== 'task' && !given.includes('resources') ? [[name, found]] : [];
    }),
  );
}

/** All it may use is kept for it, whatever that is. */
export function isGuaranteed({ cluster: { qos } }: Workload): boolean {
  return qos === 'guaranteed';
}

/** With what is suggested, where the config says nothing. */
export function withSuggestions(workloads: readonly Workload[], observed: Observed): readonly Workload[] {
  return workloads.map((one) => {
    const found = observed.get(one.name);
    return found ? { ...one, ...suggestionOf(found, isGuaranteed(one)) } : one;
  });
}

/** Where the resources of a workload are: a file, and lines of it, each in the block of the one before. */
export interface ResourcesPlace {
  readonly name: string;
  readonly file: string;
  readonly lines: readonly string[];
}

/** With what was seen as a comment beside the numbers. */
export function withComments(
  tree: FileTree,
  places: readonly ResourcesPlace[],
  comments: ReadonlyMap<string, readonly string[]>,
): FileTree {
  const changed = new Map(tree);
  for (const { name, file, lines } of places) {
    const [text, comment] = [changed.get(file), comments.get(name)];
    if (text !== undefined && comment) changed.set(file, commented(text, lines, comment));
  }
  return changed;
}

function commented(text: string, wanted: readonly string[], comment: readonly string[]): string {
  const lines = text.split('\n');
  let at = -1;
  let indent = -1;
  for (const line of wanted) {
    const found = lines.findIndex(
      (one, index) => index > at && (one === line || (one !== '' && indentOf(one) <= indent)),
    );
    if (lines[found] !== line) return text;
    at = found;
    indent = indentOf(line);
  }
  return lines.toSpliced(at, 0, ...comment.map((one) => `${' '.repeat(indent)}# ${one}`)).join('\n');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
