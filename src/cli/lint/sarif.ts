import { SECTIONS } from '../../promote/kubernetes/rules/violations.ts';
import type { Found } from './found.ts';
import { STDIN } from './manifest-files.ts';

/** For code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifOf(version: string, violations: readonly Found[], exemptions: readonly Found[]): object {
  const rules = Object.values(SECTIONS).flatMap((section) =>
    Object.entries(section).map(([id, { says }]) => ({ id, shortDescription: { text: says } })),
  );
  return {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      { tool: { driver: { name: 'devstack', version, rules } }, results: [...violations, ...exemptions].map(resultOf) },
    ],
  };
}

function resultOf({ file, line, kind, namespace, name, container, rule, text, reason }: Found): object {
  const fullyQualifiedName = [kind, namespace, name, container].filter((part) => part !== undefined).join('/');
  const physicalLocation = {
    artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) },
    region: { startLine: line },
  };
  return {
    ruleId: rule,
    level: 'error',
    message: { text: `${fullyQualifiedName}: ${text}` },
    locations: [{ ...(file !== STDIN && { physicalLocation }), logicalLocations: [{ fullyQualifiedName }] }],
    ...(reason !== undefined && {
      suppressions: [{ kind: 'inSource', ...(reason !== '' && { justification: reason }) }],
    }),
  };
}
