import { isSecretName, withoutUrlPasswords } from '../core/secret-text.ts';

/** A text that may have secrets in it, as it may be shown. */
export interface SecretText {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** The value of a variable (or of what `name` says), with `***` for what must not be seen. */
export function maskedValue(name: string, { text, secrets }: SecretText): string {
  if (isSecretName(name) && text !== '') return '***';
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return withoutUrlPasswords(longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text));
}
