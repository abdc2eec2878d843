import type { NeededParam, NeededSecret, Value, ValuePart } from '../value.ts';
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
  | { readonly kind: 'tag' };

/** Which variables a file has, and how values name them. */
export class Variables {
  readonly all = new Map<string, Variable>();
  readonly #plan: Pick<Plan, 'secrets' | 'params' | 'workloads'>;

  constructor(plan: Pick<Plan, 'secrets' | 'params' | 'workloads'>) {
    this.#plan = plan;
  }

  /** As a value stands in the file. */
  text(value: Value): string {
    return value.map((part) => this.#part(part)).join('');
  }

  tag(): string {
    this.all.set('IMAGE_TAG', { kind: 'tag' });
    return '${IMAGE_TAG:-dev}';
  }

  /** The path of a file that need not be there. */
  file(name: string, description: string): string {
    this.all.set(name, { kind: 'file', description });
    return `\${${name}:-/dev/null}`;
  }

  port(resource: string, port: string, number: number): string {
    const many = (this.#plan.workloads.find(({ name }) => name === resource)?.ports ?? []).filter(
      ({ outside }) => outside,
    );
    const name = variableName(many.length > 1 ? `${resource}-${port}-port` : `${resource}-port`);
    this.all.set(name, { kind: 'port', number, resource });
    return `\${${name}:-${number}}`;
  }

  #part(part: ValuePart): string {
    if (typeof part === 'string') return part.replaceAll('$', '$$$$');
    switch (part.kind) {
      case 'secret':
        return this.#secret(this.#plan.secrets.get(part.name) ?? { name: part.name }, part.isEncoded);
      case 'param':
        return this.#param(this.#plan.params.get(part.name) ?? { name: part.name });
      case 'published': {
        const found = this.#plan.workloads
          .find(({ name }) => name === part.resource)
          ?.ports.find(({ name }) => name === part.port);
        return this.port(part.resource, part.port, found?.outside?.number ?? found?.number ?? 0);
      }
    }
  }

  #secret({ name, ...known }: NeededSecret, isEncoded: boolean): string {
    const variable = variableName(name);
    this.all.set(variable, { kind: 'secret', ...known });
    // What is made up here has only letters and digits, which are the same in a URL.
    if (!isEncoded || known.generateLength !== undefined) return `\${${variable}:?}`;
    const encoded = `${variable}_IN_URL`;
    this.all.set(encoded, { kind: 'encoded', of: variable });
    return `\${${encoded}:?}`;
  }

  #param({ name, ...known }: NeededParam): string {
    const variable = variableName(name);
    this.all.set(variable, { kind: 'param', ...known });
    return `\${${variable}:?}`;
  }
}

/** `db.password` is DB_PASSWORD. */
export function variableName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}
