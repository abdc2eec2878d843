import type { Place } from './place.ts';
import { constantAt } from './place.ts';
import { nearest } from './suggest.ts';

/** A property that a resource does not have was read; `load` turns it into a config problem. */
export class UnknownValueError extends Error {
  readonly value: string;
  readonly constant: string | undefined;

  constructor(
    kind: string,
    value: string,
    created: Place | undefined,
    known: readonly string[],
    methods: readonly string[],
  ) {
    const constant = constantAt(created);
    const meant = nearest(value, [...known, ...methods]);
    const owner = constant ?? `${kind}()`;
    const question =
      meant === undefined ? '' : ` Did you mean ${owner}.${meant}${methods.includes(meant) ? '()' : ''}?`;
    const list = [...known, ...methods.map((method) => `${method}()`)].join(', ');
    super(`${kind} has no value "${value}".${question} ${list === '' ? 'It has none.' : `It has: ${list}.`}`);
    this.name = 'UnknownValueError';
    this.value = value;
    this.constant = constant;
  }
}

// A stray `await db` asks for `then`, JSON.stringify for `toJSON`: neither is a typo.
const harmless = new Set(['then', 'toJSON']);

/** The same object, but reading a name it does not have throws instead of giving `undefined`, which env would drop. */
export function guardValues<T extends object>(resource: T, kind: string, place: Place | undefined): T {
  return new Proxy(resource, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || harmless.has(key) || key in target) return Reflect.get(target, key, receiver);
      const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(target)).filter(
        (name) => name !== 'constructor' && name !== 'toString',
      );
      throw new UnknownValueError(kind, key, place, Object.keys(target), methods);
    },
  });
}
