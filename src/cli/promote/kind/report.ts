import type { Failure } from '../../../core/failure.ts';
import { counted } from '../../../output/counted.ts';
import { inWords } from '../../../output/duration.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { judge } from '../../../promote/kubernetes/rules/violations.ts';
import type { Context } from '../../context.ts';
import { createProgressLine } from '../progress-line.ts';
import type { ProgressLine } from '../progress-line.ts';

/** What happens on the way into a cluster; with `--json` a line each. */
export type ClusterEvent =
  | { readonly event: 'step'; readonly step: string; readonly text: string; readonly ms: number }
  | {
      readonly event: 'workload';
      readonly resource: string;
      readonly kind: string;
      readonly ready: number;
      readonly wanted: number;
      readonly ms: number;
    }
  | { readonly event: 'note'; readonly text: string }
  | {
      readonly event: 'address';
      readonly resource: string;
      readonly url: string;
      readonly isServed: boolean;
      readonly text: string;
    }
  | { readonly event: 'failed'; readonly failure: Failure };

export interface ClusterReport {
  readonly line: ProgressLine;
  tell(event: ClusterEvent): void;
  /** Tells of a step when it is done, with how long it took. */
  step<T>(name: string, act: () => Promise<T>, words: (result: T) => string): Promise<T>;
}

const WIDTH = 12;

export function createClusterReport(context: Context, isJson: boolean): ClusterReport {
  const quiet = { isTTY: false, columns: 80, write: () => true };
  const line = createProgressLine(isJson ? quiet : process.stderr, isJson ? () => {} : context.say);
  const tell = (event: ClusterEvent): void => {
    if (isJson) context.print(JSON.stringify(event));
    else if (event.event === 'address') context.print(textOf(event, context));
    else if (event.event !== 'failed') context.say(textOf(event, context));
  };
  return {
    line,
    tell,
    async step(name, act, words) {
      const begun = performance.now();
      line.show(name, name);
      try {
        const result = await act();
        line.done(name);
        tell({ event: 'step', step: name, text: words(result), ms: Math.round(performance.now() - begun) });
        return result;
      } finally {
        line.done(name);
      }
    },
  };
}

function textOf(event: Exclude<ClusterEvent, { event: 'failed' }>, { style }: Context): string {
  const mark = style.green('✔');
  switch (event.event) {
    case 'step':
      return `${mark} ${event.step.padEnd(WIDTH)} ${event.text}  ${style.dim(inWords(event.ms))}`;
    case 'workload': {
      const count = event.kind === 'Job' ? 'complete' : `${event.ready}/${event.wanted} ready`;
      return `${mark} ${event.resource.padEnd(WIDTH)} ${event.kind} ${count}  ${style.dim(inWords(event.ms))}`;
    }
    case 'note':
      return `  ${event.text}`;
    case 'address':
      return `${event.resource}  ${event.url}  ${event.text}`.trimEnd();
  }
}

/** What the rules say of it. */
export function tellJudgement(objects: readonly KubeObject[], report: ClusterReport): void {
  const begun = performance.now();
  const { violations, exemptions } = judge(objects);
  const text = `${counted(objects.length, 'object')}, ${counted(violations.length, 'violation')}, ${counted(exemptions.length, 'exemption')}`;
  report.tell({ event: 'step', step: 'check', text, ms: Math.round(performance.now() - begun) });
}
