const MAX_LENGTH = 40;

// `constructor` is on every object; the others mean something else where names are used as hosts or prefixes.
const reserved = new Set(['all', 'constructor', 'devstack', 'localhost']);

/** `orderService`, `order_service` and `HTTPOrder` as the one form used everywhere: `order-service`, `http-order`. */
export function kebabName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** Why a key cannot be a name; undefined when it can. */
export function nameTrouble(key: string): string | undefined {
  const name = kebabName(key);
  if (name === '') return 'it is empty';
  if (!/^[a-z]/.test(name)) return 'it must begin with a letter';
  if (!/^[a-z0-9-]+$/.test(name)) return 'only letters, digits, - and _ are allowed';
  if (name.endsWith('-') || name.includes('--')) return '- and _ must stand between letters or digits';
  if (name.length > MAX_LENGTH) return `it has ${name.length} characters, ${MAX_LENGTH} are allowed`;
  if (reserved.has(name)) return 'it is reserved';
  return undefined;
}

/** A name made of any text, for the default name of a stack: its folder may be called anything. */
export function nameFrom(text: string): string {
  const name = kebabName(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, '');
  return name === '' || reserved.has(name) ? 'stack' : name;
}
