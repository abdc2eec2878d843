/** A text that may have secrets in it, as it may be shown. */
export interface SecretText {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** What nobody declared as a secret and is one by its name. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i;
/** `scheme://user:password@` */
const URL_PASSWORD = /(?<=[a-z][a-z\d+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi;

/** The value of a variable (or of what `name` says), with `***` for what must not be seen. */
export function maskedValue(name: string, { text, secrets }: SecretText): string {
  if (SECRET_NAME.test(name) && text !== '') return '***';
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text).replaceAll(URL_PASSWORD, '***');
}
