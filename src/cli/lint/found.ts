import type { KubeObject } from '../../promote/kubernetes/object.ts';
import type { Check } from '../../promote/kubernetes/rules/rule.ts';
import type { Exemption, Violation } from '../../promote/kubernetes/rules/violations.ts';
import type { Located } from './manifest-files.ts';

/** A violation as it is printed, with the place it is at. */
export interface Found {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly container?: string;
  readonly rule: string;
  readonly text: string;
  readonly checks: readonly Check[];
  /** Of an exemption; empty where the annotations give none. */
  readonly reason?: string;
}

export function finder(located: readonly Located[]): (one: Violation | Exemption) => Found {
  const places = new Map<KubeObject, Located>(located.map((one) => [one.object, one]));
  return ({ object, ...rest }) => {
    const { namespace, name } = object.metadata;
    const { file = '', line = 1 } = places.get(object) ?? {};
    return { file, line, kind: object.kind, ...(namespace !== undefined && { namespace }), name, ...rest };
  };
}
