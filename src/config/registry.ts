import { AsyncLocalStorage } from 'node:async_hooks';
import type { RefDetails } from './brand.ts';

/** Every ref that may sit in a string as a marker, by number. */
interface Registry {
  readonly nonce: string;
  readonly refs: Map<number, RefDetails>;
  next: number;
}

// On globalThis under Symbol.for, so that markers made by a second copy of this package are found too.
const registryKey: unique symbol = Symbol.for('devstack.refs');

function registry(): Registry {
  const holder: typeof globalThis & { [registryKey]?: Registry } = globalThis;
  holder[registryKey] ??= { nonce: randomNonce(), refs: new Map(), next: 0 };
  return holder[registryKey];
}

function randomNonce(): string {
  return `k${Math.floor(Math.random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0')}`;
}

const collecting = new AsyncLocalStorage<number[]>();
let loads = 0;

/** Runs `load` and then forgets the refs it made: reloading a config a thousand times must not grow. */
export async function forgettingRefs<T>(load: () => Promise<T>): Promise<T> {
  const made: number[] = [];
  loads++;
  try {
    return await collecting.run(made, load);
  } finally {
    loads--;
    // Once used it costs Node something at every callback.
    if (loads === 0) collecting.disable();
    for (const id of made) registry().refs.delete(id);
  }
}

/** Gives a ref the number its marker carries. */
export function registerRef(details: RefDetails): number {
  const all = registry();
  const id = all.next++;
  all.refs.set(id, details);
  collecting.getStore()?.push(id);
  return id;
}

/**
 * The text a ref turns into inside a template literal. Only `[a-z0-9_]`, so that it survives
 * JSON.stringify, encodeURIComponent and new URL; found again without regard to case.
 */
export function markerOf(id: number): string {
  return `__ds_${registry().nonce}_${id}__`;
}

export type TextPart = string | RefDetails;

/** Splits text at its markers; `damaged` when what is left still shows traces of one. */
export function splitMarkers(text: string): { readonly parts: readonly TextPart[]; readonly damaged: boolean } {
  const { nonce, refs } = registry();
  const parts: TextPart[] = [];
  let damaged = false;
  let from = 0;
  const literal = (piece: string) => {
    if (piece === '') return;
    const lower = piece.toLowerCase();
    if (lower.includes('__ds_') || lower.includes(nonce)) damaged = true;
    parts.push(piece);
  };
  for (const match of text.matchAll(new RegExp(`__ds_${nonce}_(\\d+)__`, 'gi'))) {
    literal(text.slice(from, match.index));
    const ref = refs.get(Number(match[1]));
    if (ref) parts.push(ref);
    else damaged = true;
    from = match.index + match[0].length;
  }
  literal(text.slice(from));
  return { parts, damaged };
}
