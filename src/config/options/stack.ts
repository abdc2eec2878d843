import { MONITORING } from '../../core/delivery.ts';
import { SECRET_MODES, parseStoreRef } from '../../core/secret-mode.ts';
import { bytes, condition, cpu, memory, integer, oneOf, text } from '../checks.ts';
import type { Check } from '../scope.ts';
import { shape } from '../shape.ts';
import { keys } from './keys.ts';

/** Read one by one later: their members are resources. */
const later: Check<unknown> = (value) => value;

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
const composeFile = condition(
  'a file below the folder of the config that ends in .yaml or .yml',
  (value): value is string => isText(value, /^(?!\/|(?:.*\/)?\.\.\/).+\.ya?ml$/),
);
const composeProject = condition('a name of lower case letters, digits, - and _', (value): value is string =>
  isText(value, /^[a-z0-9][a-z0-9_-]*$/),
);
const clusterName = condition('a name of at most 50 lower case letters, digits and -', (value): value is string =>
  isText(value, /^[a-z0-9][a-z0-9-]{0,49}$/),
);
const registry = condition(
  "a registry, and what comes before the names of its images, for example 'ghcr.io/shop'",
  (value): value is string =>
    isText(value, /^(?:[a-zA-Z0-9.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/),
);

const secretStore = condition(
  "the name of a ClusterSecretStore, or 'SecretStore/name'",
  (value): value is string => typeof value === 'string' && parseStoreRef(value) !== undefined,
);
const fileBelow = condition('a file below the folder of the config', (value): value is string =>
  isText(value, /^(?!\/|(?:.*\/)?\.\.\/)[^\0]+$/),
);

export const stackOptions = shape({
  name: text,
  resources: later,
  groups: later,
  default: later,
  infra: oneOf('own', 'shared'),
  logs: shape({ maxBytes: bytes }),
  keys,
  onHangup: oneOf('stop', 'keep'),
  promote: shape({
    compose: shape({ file: composeFile, project: composeProject, registry }),
    kubernetes: shape({
      secrets: oneOf(...SECRET_MODES),
      secretStore,
      sealedCert: fileBelow,
      monitoring: oneOf(...MONITORING),
      quota: shape({ cpu, memory }),
    }),
    kind: shape({
      cluster: clusterName,
      output: fileBelow,
      nodes: integer(1, 20, 'a number of nodes (1 to 20)'),
    }),
  }),
});
