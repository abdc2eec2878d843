import { bytes, flag, integer, oneOf, portNumber, text } from '../checks.ts';
import type { Check } from '../scope.ts';
import { shape } from '../shape.ts';
import { keys } from './keys.ts';

/** Read one by one later: their members are resources. */
const later: Check<unknown> = (value) => value;

export const stackOptions = shape({
  name: text,
  resources: later,
  groups: later,
  default: later,
  infra: oneOf('own', 'shared'),
  logs: shape({ maxBytes: bytes }),
  keys,
  promote: shape({
    compose: shape({ file: text, project: text, registry: text }),
    kind: shape({
      cluster: text,
      namespace: text,
      output: text,
      nodes: integer(1, 20, 'a number of nodes (1 to 20)'),
      ingressPort: portNumber,
      keda: flag,
    }),
  }),
});
