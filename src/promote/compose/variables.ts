import type { NeededParam, NeededSecret } from '../../config/declared.ts';
import type { Value, ValuePart } from '../value.ts';
import { variableName } from '../env-text.ts';
import type { Plan } from '../plan.ts';

/** Something compose reads from the file `.env` next to it. */
export type Variable =
  | {
      readonly kind: 'secret';
      readonly generateLength?: number;
      readonly description?: string;
      /** Of the config. */
      readonly literal?: string;
    }
  /** The same as another, percent-encoded. */
  | { readonly kind: 'encoded'; readonly of: string }
  | { readonly kind: 'param'; readonly fallback?: string; readonly description?: string }
  | { readonly kind: 'port'; readonly number: number; readonly resource: string }
  /** A file of whoever builds images. */
  | { readonly kind: 'file'; readonly description: string }
  /** What is in the files of a service that are for this machine only. */
  | { readonly kind: 'files'; readonly of: string }
  | { readonly kind: 'tag' };

/** Which variables a file has, and how values name them. */
export class Variables {
  readonly all = new Map<string, Variable>();
  readonly #owners = new Map<string, string>();
  readonly #plan: Pick<Plan, 'secrets' | 'params' | 'workloads'>;

  constructor(plan: Pick<Plan, 'secrets' | 'params' | 'workloads'>) {
    this.#plan = plan;
  }

  /** As a value stands in the file. */
  text(value: Value): string {
    return this.pieces(value).map(inFile).join('');
  }

  /** What a value is made of. */
  pieces(value: Value): readonly Piece[] {
    return value.map((part) => this.#piece(part));
  }

  tag(): Piece {
    return { variable: this.#claim('IMAGE_TAG', 'tag', { kind: 'tag' }), fallback: 'dev' };
  }

  filesOf(service: string): string {
    const wished = variableName(`${service}-files`);
    return `\${${this.#claim(wished, `files ${service}`, { kind: 'files', of: service })}:-}`;
  }

  /** The path of a file that need not be there. */
  file(name: string, description: string): string {
    return `\${${this.#claim(name, `file ${name}`, { kind: 'file', description })}:-/dev/null}`;
  }

  port(resource: string, port: string, number: number): string {
    return inFile(this.#port(resource, port, number));
  }

  #port(resource: string, port: string, number: number): Piece {
    const own = this.#plan.workloads.find(({ name }) => name === resource)?.ports ?? [];
    const isFirst = own[0]?.name === port;
    const wished = variableName(isFirst ? `${resource}-port` : `${resource}-${port}-port`);
    const variable = this.#claim(wished, `port ${resource}/${port}`, { kind: 'port', number, resource });
    return { variable, fallback: String(number) };
  }

  /** The name, or another one where it stands for something else already. */
  #claim(wished: string, what: string, variable: Variable): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wished : `${wished}_${number}`;
      const owner = this.#owners.get(name);
      if (owner !== undefined && owner !== what) continue;
      this.#owners.set(name, what);
      this.all.set(name, variable);
      return name;
    }
  }

  #piece(part: ValuePart): Piece {
    if (typeof part === 'string') return part;
    switch (part.kind) {
      case 'secret':
        return this.#secret(this.#plan.secrets.get(part.name) ?? { name: part.name }, part.isEncoded);
      case 'param':
        return this.#param(this.#plan.params.get(part.name) ?? { name: part.name });
      case 'published': {
        const found = this.#plan.workloads
          .find(({ name }) => name === part.resource)
          ?.ports.find(({ name }) => name === part.port);
        return this.#port(part.resource, part.port, found?.outside?.number ?? found?.number ?? 0);
      }
    }
  }

  #secret({ name, ...known }: NeededSecret, isEncoded: boolean): Piece {
    const variable = this.#claim(variableName(name), `secret ${name}`, { kind: 'secret', ...known });
    // What is made up here has only letters and digits, which are the same in a URL.
    if (!isEncoded || known.generateLength !== undefined) return { variable };
    const encoded = this.#claim(`${variable}_IN_URL`, `encoded ${name}`, { kind: 'encoded', of: variable });
    return { variable: encoded };
  }

  #param({ name, ...known }: NeededParam): Piece {
    const variable = this.#claim(variableName(name), `param ${name}`, { kind: 'param', ...known });
    return { variable, ...(isPlain(known.fallback) && { fallback: known.fallback }) };
  }
}

/** A text, or a variable with what it is when nobody says. */
export type Piece = string | { readonly variable: string; readonly fallback?: string };

/** As compose fills it in. */
export function filledIn(pieces: readonly Piece[], values: ReadonlyMap<string, string>): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : values.get(piece.variable) || (piece.fallback ?? '')))
    .join('');
}

/** As it stands in the file. */
export function inFile(piece: Piece): string {
  if (typeof piece === 'string') return literal(piece);
  return `\${${piece.variable}:${piece.fallback === undefined ? '?' : `-${piece.fallback}`}}`;
}

/** Compose reads `$` as the beginning of a variable of its own. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** As a default it can stand in the file itself, and follows the config. */
export function isPlain(fallback: string | undefined): fallback is string {
  return fallback !== undefined && /^[\w ./:@,+-]+$/.test(fallback);
}
