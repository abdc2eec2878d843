import { MisuseError } from './misuse.ts';
import type { Place } from './place.ts';
import { constantAt } from './place.ts';
import { nearest } from './suggest.ts';

// A stray `await db` asks for `then`, JSON.stringify for `toJSON`: neither is a typo.
const harmless = new Set(['then', 'toJSON']);

/** The same object, but reading a name it does not have throws instead of giving `undefined`, which env would drop. */
export function guardValues<T extends object>(resource: T, kind: string, place: Place | undefined): T {
  return new Proxy(resource, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || harmless.has(key) || key in target) return Reflect.get(target, key, receiver);
      throw unknownValue(target, kind, key, place);
    },
  });
}

function unknownValue(target: object, kind: string, name: string, place: Place | undefined): MisuseError {
  const values = Object.keys(target);
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(target)).filter(
    (method) => method !== 'constructor' && method !== 'toString',
  );
  const owner = constantAt(place) ?? `${kind}()`;
  const meant = nearest(name, [...values, ...methods]);
  const question = meant === undefined ? '' : ` Did you mean ${owner}.${meant}${methods.includes(meant) ? '()' : ''}?`;
  const list = values.length === 0 ? 'It has none.' : `It has: ${values.join(', ')}.`;
  return new MisuseError('unknown-value', `${kind} has no value "${name}".${question} ${list}`);
}
