import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { parseStoreRef } from '../../../core/secret-mode.ts';
import type { Stack } from '../../../core/stack.ts';
import type { SecretMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import { sealingKey } from '../../../promote/kubernetes/secret-modes/sealed.ts';
import type { PromoteOptions } from '../options.ts';

type SecretOptions = Pick<PromoteOptions, 'secrets' | 'secretStore' | 'sealedCert'>;

interface Place {
  readonly cwd: string;
  readonly now: Date;
}

/** What was asked for here, or in the config, with what it takes. */
export function secretModeOf(
  { name, root, kubernetes = {} }: Pick<Stack, 'name' | 'root' | 'kubernetes'>,
  options: SecretOptions,
  { cwd, now }: Place,
): SecretMode {
  const secrets = options.secrets ?? kubernetes.secrets ?? 'plain';
  if (options.secretStore && secrets !== 'external-secrets')
    throw usage(`--secret-store is for --secrets external-secrets, and this is --secrets ${secrets}`);
  if (options.sealedCert !== undefined && secrets !== 'sealed-secrets')
    throw usage(`--sealed-cert is for --secrets sealed-secrets, and this is --secrets ${secrets}`);
  switch (secrets) {
    case 'plain':
    case 'sops':
    case 'kubectl':
      return { kind: secrets };
    case 'external-secrets': {
      const store = options.secretStore ?? parseStoreRef(kubernetes.secretStore ?? `${name}-secrets`);
      return { kind: secrets, store: store ?? { kind: 'ClusterSecretStore', name: `${name}-secrets` } };
    }
    case 'sealed-secrets': {
      const { sealedCert } = kubernetes;
      if (options.sealedCert !== undefined)
        return { kind: secrets, certificate: readCertificate(options.sealedCert, { cwd, now }) };
      if (sealedCert !== undefined)
        return { kind: secrets, certificate: readCertificate(sealedCert, { cwd: root, now }) };
      throw usage(
        '--secrets sealed-secrets takes the certificate of the cluster: --sealed-cert cert.pem, which kubeseal --fetch-cert writes',
      );
    }
  }
}

/** Of a controller, which nothing else can open what is sealed for. */
function readCertificate(file: string, { cwd, now }: Place): string {
  const wrong = (reason: string) => new FailureError({ code: 'certificate-invalid', file, reason });
  const text = readText(path.resolve(cwd, file), wrong);
  const key = sealingKey(text);
  if (key.kind === 'none') throw wrong(key.reason);
  if (key.validUntil < now) throw wrong(`it ended on ${key.validUntil.toISOString().slice(0, 10)}`);
  return text;
}

function readText(file: string, wrong: (reason: string) => FailureError): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): FailureError {
  return new FailureError({ code: 'usage', message });
}
