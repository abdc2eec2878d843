/** A text that may have secrets in it, as it may be shown. */
export interface SecretText {
  readonly text: string;
  readonly secrets: readonly string[];
}

export function maskedValue({ text, secrets }: SecretText): string {
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
