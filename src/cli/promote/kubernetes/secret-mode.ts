import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import type { SecretMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import { sealingKey } from '../../../promote/kubernetes/secret-modes/sealed.ts';
import type { PromoteOptions } from '../options.ts';

type SecretOptions = Pick<PromoteOptions, 'secrets' | 'secretStore' | 'sealedCert'>;

interface Place {
  readonly cwd: string;
  readonly now: Date;
}

/** What was asked for, with what it takes. */
export function secretModeOf(stack: string, options: SecretOptions, { cwd, now }: Place): SecretMode {
  const { secrets = 'plain', secretStore, sealedCert } = options;
  if (secretStore && secrets !== 'external-secrets')
    throw usage(`--secret-store is for --secrets external-secrets, and this is --secrets ${secrets}`);
  if (sealedCert !== undefined && secrets !== 'sealed-secrets')
    throw usage(`--sealed-cert is for --secrets sealed-secrets, and this is --secrets ${secrets}`);
  switch (secrets) {
    case 'plain':
    case 'sops':
    case 'kubectl':
      return { kind: secrets };
    case 'external-secrets':
      return { kind: secrets, store: secretStore ?? { kind: 'ClusterSecretStore', name: `${stack}-secrets` } };
    case 'sealed-secrets':
      return { kind: secrets, certificate: readCertificate(sealedCert, { cwd, now }) };
  }
}

/** Of a controller, which nothing else can open what is sealed for. */
function readCertificate(file: string | undefined, { cwd, now }: Place): string {
  if (file === undefined)
    throw usage(
      '--secrets sealed-secrets takes the certificate of the cluster: --sealed-cert cert.pem, which kubeseal --fetch-cert writes',
    );
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
