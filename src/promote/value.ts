import { createLookup } from '../config/addresses.ts';
import type { Asker, Facts } from '../config/addresses.ts';
import type { Lookup, Template } from '../core/ref.ts';
import { resolveTemplate } from '../core/ref.ts';
import type { Stack } from '../core/stack.ts';
import { encodeForUrl } from '../kinds/address.ts';

/** A value whose secrets and parameters are still open: each target has its own way to fill them in. */
export type Value = readonly ValuePart[];

export type ValuePart =
  | string
  /** `isEncoded`: percent-encoded, inside a URL. */
  | { readonly kind: 'secret'; readonly name: string; readonly isEncoded: boolean }
  | { readonly kind: 'param'; readonly name: string }
  /** The number under which a port is reached from outside. */
  | { readonly kind: 'published'; readonly resource: string; readonly port: string };

/** Reads values as one target's resources see them; remembers what they need. */
export interface ValueReader {
  readonly lookup: Lookup;
  /** Undefined when it has a ref without any meaning there. */
  valueOf(template: Template): Value | undefined;
  /** What was made of texts of this reader's lookup. */
  parse(text: string): Value;
}

// Marks that go through every way a value is put together, also percent-encoded in a URL, and are no part of any.
const [OPEN, CLOSE] = ['\u{e000}', '\u{e001}'];
const MARK = new RegExp(
  `(?:${OPEN}|${encodeForUrl(OPEN)})([sp])([\\w.-]+)(?:${CLOSE}|${encodeForUrl(CLOSE)})|(?<!\\d)(9\\d{9})(?!\\d)`,
  'g',
);
/** Of a port outside: as a number, since addresses are put together of numbers. */
const FIRST_PORT = 9_000_000_000;

export function createValueReader(stack: Stack, asker: Asker): ValueReader {
  const ports: { readonly resource: string; readonly port: string }[] = stack.resources.flatMap(({ name, ports }) =>
    ports.map((port) => ({ resource: name, port: port.name })),
  );
  const facts: Facts = {
    hostPort(resource, port) {
      const index = ports.findIndex((one) => one.resource === resource && one.port === port);
      return index < 0 ? undefined : FIRST_PORT + index;
    },
    secret: (name) => `${OPEN}s${name}${CLOSE}`,
    param: (name) => `${OPEN}p${name}${CLOSE}`,
    gateway: '',
  };
  const lookup = createLookup(stack, asker, facts);
  const parse = (text: string): Value => {
    const parts: ValuePart[] = [];
    let end = 0;
    for (const match of text.matchAll(MARK)) {
      const [mark, kind, name = '', number] = match;
      const published = number === undefined ? undefined : ports[Number(number) - FIRST_PORT];
      if (number !== undefined && !published) continue; // a number of the user's
      if (match.index > end) parts.push(text.slice(end, match.index));
      if (published) parts.push({ kind: 'published', ...published });
      else if (kind === 's') parts.push({ kind: 'secret', name, isEncoded: !mark.startsWith(OPEN) });
      else parts.push({ kind: 'param', name });
      end = match.index + mark.length;
    }
    if (end < text.length) parts.push(text.slice(end));
    return parts;
  };
  return {
    lookup,
    parse,
    valueOf(template) {
      const { value, missing } = resolveTemplate(template, lookup);
      return missing.length > 0 ? undefined : parse(value.text);
    },
  };
}

/** Whether it must not be seen. */
export function isSecret(value: Value): boolean {
  return value.some((part) => typeof part !== 'string' && part.kind === 'secret');
}
