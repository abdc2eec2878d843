/** A rule that does not hold for an object, with the reason, in the words of the tools that know the rule. */
export interface Exemption {
  readonly reason: string;
  readonly kubeScore?: readonly string[];
  readonly kubeLinter?: readonly string[];
  readonly polaris?: readonly string[];
  /** Rules that none of them has. */
  readonly rules?: readonly string[];
}

/** Reasons for rules no other tool has, and for those whose annotations have no room for one. */
export const OWN_PREFIX = 'ignore.devstack/';
/** All of the reasons, where the rules are not named one by one. */
export const WHY = `${OWN_PREFIX}why`;

/** As annotations of the object. Two of the tools have no place for a reason, so all of them stand in one of our own. */
export function exemptionAnnotations(exemptions: readonly Exemption[]): Record<string, string> {
  if (exemptions.length === 0) return {};
  const ignored = exemptions.flatMap(({ kubeScore = [] }) => kubeScore);
  return {
    ...(ignored.length > 0 && { 'kube-score/ignore': [...new Set(ignored)].join(',') }),
    ...Object.fromEntries(
      exemptions.flatMap(({ kubeLinter = [], reason }) =>
        kubeLinter.map((check) => [`ignore-check.kube-linter.io/${check}`, reason] as const),
      ),
    ),
    ...Object.fromEntries(
      exemptions.flatMap(({ polaris = [] }) =>
        polaris.map((check) => [`polaris.fairwinds.com/${check}-exempt`, 'true'] as const),
      ),
    ),
    ...Object.fromEntries(
      exemptions.flatMap(({ rules = [], reason }) => rules.map((rule) => [`${OWN_PREFIX}${rule}`, reason] as const)),
    ),
    [WHY]: exemptions.map(({ reason }) => reason).join('; '),
  };
}
