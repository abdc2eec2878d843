import { suspicion } from '../../../core/secret-text.ts';
import type { KubeObject } from '../object.ts';
import { at, listAt, textAt, textFieldsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import { kindIs, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';

export const SECRETS = {
  'secret-variable': {
    says: 'No secret is written as the value of a variable, and no variable that sounds like one has its value written.',
    kubeLinter: ['env-var-secret'],
    polaris: ['sensitiveContainerEnvVar'],
  },
  'secret-in-config': {
    says: 'No ConfigMap holds a secret, or a key that sounds like one.',
    polaris: ['sensitiveConfigmapContent'],
  },
  'account-default': {
    says: 'A pod has a ServiceAccount of its own.',
    kubeLinter: ['default-service-account'],
    optional: ['default-service-account'],
  },
  'account-missing': {
    says: 'The ServiceAccount of a pod is there.',
    kubeLinter: ['non-existent-service-account'],
  },
  'account-field': {
    says: 'The ServiceAccount is named by `serviceAccountName`.',
    kubeLinter: ['deprecated-service-account-field'],
  },
  'account-token': {
    says: 'Neither a pod nor its ServiceAccount mounts a token for the API.',
    polaris: ['automountServiceAccountToken'],
  },
  'service-links': {
    says: 'A pod gets no variables about Services: `enableServiceLinks: false`.',
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof SECRETS>;

export function checkSecrets(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) {
    checkVariables(pod, report);
    checkAccount(pod, set, report);
  }
  for (const object of set.objects) {
    if (kindIs(object, 'ConfigMap')) checkConfigMap(object, report);
    if (kindIs(object, 'ServiceAccount') && object['automountServiceAccountToken'] !== false)
      report({
        rule: 'account-token',
        object,
        text: 'pods that say nothing get a token for the API; set automountServiceAccountToken: false',
        without: ['automountServiceAccountToken'],
      });
  }
}

/** Names Polaris takes for secrets, in variables and in ConfigMaps. */
const SOUNDS_SECRET =
  /password|token|bearer|secret|^(?:AWS_SECRET_ACCESS_KEY|GOOGLE_APPLICATION_CREDENTIALS|AZURE_.+KEY|OCI_CLI_KEY_CONTENT)$/i;
const IN_CONFIG = /password|token|bearer|secret|^(?:AWS_SECRET_ACCESS_KEY|AZURE_.+KEY|OCI_CLI_KEY_CONTENT)$/i;
const PRIVATE_KEY = /-BEGIN\s+.*PRIVATE KEY-/i;

function checkVariables({ owner: object, containers }: Pod, report: Wrong): void {
  for (const { name: container, data } of containers)
    for (const one of listAt(data, 'env')) {
      const [name, value] = [textAt(one, 'name') ?? '', textAt(one, 'value')];
      if (value === undefined) continue;
      const isNamed = SOUNDS_SECRET.test(name);
      const why = isNamed ? 'its name says that it is secret' : secretIn(name, value);
      if (why === undefined) continue;
      report({
        rule: 'secret-variable',
        object,
        container,
        text: `the value of ${name} is written here, and ${why}; take it from a Secret with valueFrom`,
        without: [
          ...(/secret/i.test(name) && value !== '' ? [] : ['env-var-secret']),
          ...(isNamed || PRIVATE_KEY.test(value) ? [] : ['sensitiveContainerEnvVar']),
        ],
      });
    }
}

/** What is filled in from elsewhere is not in the file. */
function secretIn(name: string, value: string): string | undefined {
  if (PRIVATE_KEY.test(value)) return 'it is a private key';
  const literal = value.replaceAll(/\$\([^)]*\)|\$\{[^}]*\}/g, '');
  return suspicion(literal === value ? name : '', literal);
}

function checkConfigMap(object: KubeObject, report: Wrong): void {
  for (const [key, value] of Object.entries(textFieldsAt(object, 'data'))) {
    const isNamed = IN_CONFIG.test(key);
    const why = isNamed ? 'its name says that it is secret' : secretIn(key, value);
    if (why === undefined) continue;
    report({
      rule: 'secret-in-config',
      object,
      text: `${key} is for everybody to read, and ${why}; put it into a Secret`,
      without: isNamed || PRIVATE_KEY.test(value) ? [] : ['sensitiveConfigmapContent'],
    });
  }
}

function checkAccount({ owner: object, namespace, spec }: Pod, set: ObjectSet, report: Wrong): void {
  const old = textAt(spec, 'serviceAccount');
  const name = textAt(spec, 'serviceAccountName') ?? old ?? '';
  if (old !== undefined)
    report({
      rule: 'account-field',
      object,
      text: 'serviceAccount is the old name of the field; write serviceAccountName',
    });
  if (name === '' || name === 'default')
    report({
      rule: 'account-default',
      object,
      text: 'it shares the account default with everybody; set serviceAccountName to one of its own',
    });
  else if (!set.find('ServiceAccount', namespace, name))
    report({
      rule: 'account-missing',
      object,
      text: `there is no ServiceAccount ${name}, so no pod starts; add it, or correct serviceAccountName`,
    });
  const isOfAccount = set.find('ServiceAccount', namespace, name)?.['automountServiceAccountToken'] === false;
  const own = at(spec, 'automountServiceAccountToken');
  if (own !== false)
    report({
      rule: 'account-token',
      object,
      text: 'whoever gets in has a token for the API; set automountServiceAccountToken: false of the pod',
      without: own === undefined && isOfAccount ? ['automountServiceAccountToken'] : [],
    });
  if (at(spec, 'enableServiceLinks') !== false)
    report({
      rule: 'service-links',
      object,
      text: 'a Service named api gives it API_PORT=tcp://…; set enableServiceLinks: false',
    });
}
