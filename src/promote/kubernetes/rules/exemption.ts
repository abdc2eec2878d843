import { OWN_PREFIX, WHY } from '../exemption.ts';
import type { KubeObject } from '../object.ts';
import { podOf } from './pod.ts';
import { checksOf, type Check, type Finding, type Rule } from './rule.ts';

/** Checks that report this finding where they are turned on, which is what has to be exempted. */
export function reportedBy({ object, without = [] }: Finding, rule: Rule): readonly Check[] {
  const all = checksOf(rule).filter(({ name }) => !without.includes(name) && isFor(name, object.kind));
  const always = all.filter(({ name }) => rule.optional?.includes(name) !== true);
  return always.length > 0 ? always : all;
}

/** kube-score has its checks of workloads once for each kind. */
function isFor(check: string, kind: string): boolean {
  const [, prefix] = /^(deployment|statefulset)-/.exec(check) ?? [];
  return prefix === undefined || prefix === kind.toLowerCase();
}

/** The reason, when annotations exempt the object from every check that reports it; undefined when one would go on. */
export function exemptionOf({ rule, object }: Finding, checks: readonly Check[]): string | undefined {
  const annotations = { ...podOf(object)?.annotations, ...object.metadata.annotations };
  const own = annotations[`${OWN_PREFIX}${rule}`];
  if (checks.length === 0) return own;
  // Of kube-score both lists count: the one of the object and the one of its template.
  const ignored = scoreIgnores(object);
  if (!checks.every((check) => isExempt(check, annotations, ignored))) return undefined;
  const reasons = checks.map(({ name }) => annotations[`${LINTER_PREFIX}${name}`]).filter((text) => text !== undefined);
  return own ?? reasons[0] ?? annotations[WHY] ?? '';
}

const LINTER_PREFIX = 'ignore-check.kube-linter.io/';
const SCORE_KEY = 'kube-score/ignore';

function scoreIgnores(object: KubeObject): ReadonlySet<string> {
  const lists = [object.metadata.annotations?.[SCORE_KEY], podOf(object)?.annotations[SCORE_KEY]];
  const names = lists.flatMap((list) => (list === undefined ? [] : list.split(',').map((name) => name.trim())));
  // It implies the one by the other.
  return new Set([
    ...names,
    ...(names.includes('container-resources') ? ['container-ephemeral-storage-request-and-limit'] : []),
  ]);
}

function isExempt(
  { tool, name }: Check,
  annotations: Readonly<Record<string, string>>,
  ignored: ReadonlySet<string>,
): boolean {
  const isTrue = (key: string) => annotations[key]?.toLowerCase() === 'true';
  switch (tool) {
    case 'kube-score':
      return ignored.has(name);
    case 'kube-linter':
      return `${LINTER_PREFIX}${name}` in annotations || 'kube-linter.io/ignore-all' in annotations;
    case 'polaris':
      return isTrue(`polaris.fairwinds.com/${name}-exempt`) || isTrue('polaris.fairwinds.com/exempt');
  }
}
