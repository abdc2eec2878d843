import type { KubeObject } from '../object.ts';
import { AVAILABILITY, checkAvailability } from './availability.ts';
import { exemptionOf, reportedBy } from './exemption.ts';
import { checkFields, SCHEMA } from './fields/check.ts';
import { checkHygiene, HYGIENE } from './hygiene.ts';
import { checkNetwork, NETWORK } from './network.ts';
import { objectSet } from './object-set.ts';
import { checkProbes, PROBES } from './probes.ts';
import { checkReferences, REFERENCES } from './references.ts';
import { checkResources, RESOURCES } from './resources.ts';
import { checkRoles, ROLES } from './roles.ts';
import type { Check, Finding, Rule } from './rule.ts';
import { checkSecrets, SECRETS } from './secrets.ts';
import { checkSecurity, SECURITY } from './security.ts';
import { checkState, STATE } from './state.ts';

/** The rules, by section. */
export const SECTIONS = {
  'Schema and hygiene': { ...SCHEMA, ...HYGIENE, ...REFERENCES },
  'Resources and scheduling': RESOURCES,
  Availability: AVAILABILITY,
  Probes: PROBES,
  Network: NETWORK,
  'Security context': SECURITY,
  'Secrets and identity': { ...SECRETS, ...ROLES },
  'Jobs and state': STATE,
} as const satisfies Record<string, Record<string, Rule>>;

const RULES: ReadonlyMap<string, Rule> = new Map(Object.values(SECTIONS).flatMap((rules) => Object.entries(rules)));

export interface Violation {
  readonly rule: string;
  readonly object: KubeObject;
  readonly container?: string;
  /** What is wrong, and what to do. */
  readonly text: string;
  /** Checks of other tools that report it; none when the rule is devstack's own. */
  readonly checks: readonly Check[];
}

export interface Exemption extends Violation {
  /** Empty where the annotations give none. */
  readonly reason: string;
}

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly exemptions: readonly Exemption[];
}

/** What linters and reviewers would send back: all objects together, since they name each other. */
export function judge(objects: readonly KubeObject[]): Judgement {
  const violations: Violation[] = [];
  const exemptions: Exemption[] = [];
  for (const finding of findingsOf(objects)) {
    const { rule, object, container, text } = finding;
    const checks = reportedBy(finding, RULES.get(rule) ?? { says: '' });
    const violation = { rule, object, ...(container !== undefined && { container }), text, checks };
    const reason = exemptionOf(finding, checks);
    if (reason === undefined) violations.push(violation);
    else exemptions.push({ ...violation, reason });
  }
  return { violations, exemptions };
}

export function violationsOf(objects: readonly KubeObject[]): readonly Violation[] {
  return judge(objects).violations;
}

/** In the order of the objects, so that everything about one stands together. */
function findingsOf(objects: readonly KubeObject[]): readonly Finding[] {
  const set = objectSet(objects);
  const found = new Map<KubeObject, Finding[]>(objects.map((object) => [object, []]));
  const report = (finding: Finding): void => void found.get(finding.object)?.push(finding);
  checkFields(set, report);
  checkHygiene(set, report);
  checkReferences(set, report);
  checkResources(set, report);
  checkAvailability(set, report);
  checkProbes(set, report);
  checkNetwork(set, report);
  checkSecurity(set, report);
  checkSecrets(set, report);
  checkRoles(set, report);
  checkState(set, report);
  return [...found.values()].flat();
}

/** `Deployment/shop/api api` */
export function placeOf({ object, container }: Pick<Violation, 'object' | 'container'>): string {
  const { namespace, name } = object.metadata;
  const path = [object.kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
  return container === undefined ? path : `${path} ${container}`;
}
