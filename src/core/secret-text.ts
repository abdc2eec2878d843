/** What nobody declared as a secret and is one by its name. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$/i;
/** `scheme://user:password@` */
const URL_PASSWORD = /(?<=[a-z][a-z\d+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi;
/** Keys that say what they are: of Stripe, GitHub, AWS, Slack, Google; tokens that are JSON; keys in a block. */
const KNOWN_FORM =
  /^(?:[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|AKIA[A-Z\d]{16}|xox[abpr]-|AIza[\w-]{30}|eyJ[\w-]+\.eyJ|-----BEGIN )/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export function withoutUrlPasswords(text: string): string {
  return text.replaceAll(URL_PASSWORD, '***');
}

/** Why a text that is written in the config may be one nobody should see; undefined when nothing says so. */
export function suspicion(name: string, text: string): string | undefined {
  if (text === '' || /^(?:true|false|[\d.]+)$/i.test(text)) return undefined;
  if (isSecretName(name)) return 'its name says that it is secret';
  if (withoutUrlPasswords(text) !== text) return 'it is an address with a password';
  if (KNOWN_FORM.test(text)) return 'it looks like a key';
  return isRandom(text) ? 'it looks made up at random' : undefined;
}

const RANDOM_LENGTH = 24;
/** Bits for each character. Words have less; sums and ids, which are no secrets, have only digits and a to f. */
const RANDOM_BITS = 4.2;

function isRandom(text: string): boolean {
  if (text.length < RANDOM_LENGTH || !/^[\w+/=-]+$/.test(text)) return false;
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const one of text) counts.set(one, (counts.get(one) ?? 0) + 1);
  const bits = [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
  return bits >= RANDOM_BITS;
}
