import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { KubeObject } from '../object.ts';
import type { PlainSecret } from './encrypted.ts';

const NONCE_BYTES = 12;

export type SealingKey =
  | { readonly kind: 'key'; readonly key: KeyObject; readonly validUntil: Date }
  | { readonly kind: 'none'; readonly reason: string };

/** Of the certificate a controller of Sealed Secrets gives out. */
export function sealingKey(certificate: string): SealingKey {
  try {
    const { publicKey, validTo } = new X509Certificate(certificate);
    if (publicKey.asymmetricKeyType !== 'rsa') return { kind: 'none', reason: 'its key is not an RSA key' };
    return { kind: 'key', key: publicKey, validUntil: new Date(validTo) };
  } catch (error) {
    return { kind: 'none', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** In the namespace it is sealed for, and under its name, the controller makes a Secret of it; nowhere else. */
export function sealedSecretOf(
  { name, namespace, stack, labels, data, type = 'Opaque' }: PlainSecret,
  key: KeyObject,
): KubeObject {
  const sealed = Object.entries(data).map(([field, text]) => [field, seal(text, `${namespace}/${name}`, key)] as const);
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace, labels },
    spec: {
      encryptedData: Object.fromEntries(sealed),
      template: {
        metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': stack } },
        type,
      },
    },
  };
}

/**
 * As HybridEncrypt of github.com/bitnami-labs/sealed-secrets/pkg/crypto does it: a session key under RSA-OAEP with SHA-256
 * and the scope as its label, preceded by its length in two bytes, and the text under AES-256-GCM. A key that is used once
 * may have a nonce of zeros.
 */
export function seal(text: string, scope: string, key: KeyObject): string {
  const session = randomBytes(32);
  const wrapped = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(scope) },
    session,
  );
  const cipher = createCipheriv('aes-256-gcm', session, Buffer.alloc(NONCE_BYTES));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  );
}
