import type { KubeObject } from '../object.ts';

export type Tool = 'kube-score' | 'kube-linter' | 'polaris';

/** A rule, with the checks of other tools it stands for. */
export interface Rule {
  /** What has to be, in a sentence. */
  readonly says: string;
  readonly kubeScore?: readonly string[];
  readonly kubeLinter?: readonly string[];
  readonly polaris?: readonly string[];
  /** Checks of these tools that only run where somebody turned them on. */
  readonly optional?: readonly string[];
}

export interface Check {
  readonly tool: Tool;
  readonly name: string;
}

export interface Finding<Id extends string = string> {
  readonly rule: Id;
  readonly object: KubeObject;
  readonly container?: string;
  /** What is wrong, and what to do. */
  readonly text: string;
  /** Checks of the rule that do not report this case. */
  readonly without?: readonly string[];
}

/** The findings of a section of rules; names of rules that are not in its table do not compile. */
export type Report<Table> = (finding: Finding<Extract<keyof Table, string>>) => void;

export function checksOf({ kubeScore = [], kubeLinter = [], polaris = [] }: Rule): readonly Check[] {
  return [
    ...kubeScore.map((name) => ({ tool: 'kube-score' as const, name })),
    ...kubeLinter.map((name) => ({ tool: 'kube-linter' as const, name })),
    ...polaris.map((name) => ({ tool: 'polaris' as const, name })),
  ];
}
