import type { Builder } from './adopted.ts';
import { kebabName, nameTrouble } from '../config/names.ts';

/** `@shop/order_service` is `order-service`. */
export function resourceName(text: string): string {
  const name = kebabName(text.replace(/^@[^/]*\//, ''))
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 36)
    .replace(/-$/, '');
  if (nameTrouble(name) === undefined) return name;
  const prefixed = `app-${name}`.replace(/-$/, '');
  return nameTrouble(prefixed) === undefined ? prefixed : 'app';
}

/** A name for each, no two the same. */
export function uniqueNames(texts: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    const first = resourceName(text);
    let name = first;
    for (let count = 2; taken.has(name); count++) name = `${first}-${count}`;
    taken.add(name);
    return name;
  });
}

/** Words of the language that cannot name a constant of a module. */
const RESERVED = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static
  super switch this throw true try typeof undefined var void while with yield arguments eval process console`.split(
    /\s+/,
  ),
);

/** The constant of a resource: `orderService`; not one of the words in `taken`. */
export function identifierOf(name: string, builder: Builder, taken: ReadonlySet<string>): string {
  const plain = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (!RESERVED.has(plain) && !taken.has(plain)) return plain;
  const full = `${plain}${['service', 'worker', 'task', 'container'].includes(builder) ? 'App' : 'Server'}`;
  let made = full;
  for (let count = 2; taken.has(made); count++) made = `${full}${count}`;
  return made;
}
