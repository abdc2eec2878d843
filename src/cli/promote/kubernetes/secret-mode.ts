import { FailureError } from '../../../core/failure.ts';
import type { SecretMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import type { PromoteOptions } from '../options.ts';

type SecretOptions = Pick<PromoteOptions, 'secrets' | 'secretStore'>;

/** What was asked for. */
export function secretModeOf(stack: string, options: SecretOptions): SecretMode {
  const { secrets = 'plain', secretStore } = options;
  if (secretStore && secrets !== 'external-secrets')
    throw usage(`--secret-store is for --secrets external-secrets, and this is --secrets ${secrets}`);
  switch (secrets) {
    case 'plain':
    case 'kubectl':
      return { kind: secrets };
    case 'external-secrets':
      return { kind: secrets, store: secretStore ?? { kind: 'ClusterSecretStore', name: `${stack}-secrets` } };
  }
}

function usage(message: string): FailureError {
  return new FailureError({ code: 'usage', message });
}
