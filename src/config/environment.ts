import type { Lookup, RefTarget, Target, Template } from '../core/ref.ts';
import { resolveTemplate } from '../core/ref.ts';
import type { Resource } from '../core/stack.ts';

export interface Environment {
  readonly env: Readonly<Record<string, string>>;
  /** Texts to be masked wherever they show up. */
  readonly secrets: readonly string[];
  /** Refs without a value; their variables are absent. */
  readonly missing: readonly RefTarget[];
}

/** The variables a resource is given: its ports, then its `env`. */
export function environmentOf(resource: Resource, lookup: Lookup, target: Target = 'dev'): Environment {
  const ports = (carriesPorts(resource) ? resource.ports : []).flatMap(({ name, env }): [string, string][] => {
    const number = lookup({ kind: 'resource', resource: resource.name, part: `${name}.port` });
    return number ? [[env, number.text]] : [];
  });
  const own = resolveAll(resource.env, lookup, target);
  return { ...own, env: { ...Object.fromEntries(ports), ...own.env } };
}

/** Variables from their templates. */
export function resolveAll(
  templates: { readonly [name: string]: Template },
  lookup: Lookup,
  target: Target = 'dev',
): Environment {
  const env = new Map<string, string>();
  const secrets = new Set<string>();
  const missing: RefTarget[] = [];
  for (const [name, written] of Object.entries(templates)) {
    const template = templateFor(written, target);
    if (!template) continue;
    const resolved = resolveTemplate(template, lookup);
    missing.push(...resolved.missing);
    if (resolved.missing.length > 0) continue;
    env.set(name, resolved.value.text);
    for (const secret of resolved.value.secrets) secrets.add(secret);
  }
  return { env: Object.fromEntries(env), secrets: [...secrets], missing };
}

// Servers of a known engine have ports of their own making; telling them changes nothing.
function carriesPorts(resource: Resource): boolean {
  if (resource.kind === 'process' && resource.elsewhere) return false;
  return resource.kind !== 'container' || resource.engine === 'container';
}

/** With `perTarget()` values decided; undefined when one has none here, which leaves the variable out. */
function templateFor(template: Template, target: Target): Template | undefined {
  const parts: (string | RefTarget)[] = [];
  for (const part of template) {
    if (typeof part === 'string' || part.kind !== 'per-target') {
      parts.push(part);
      continue;
    }
    const chosen = part.values[target] ?? part.values.default;
    const inner = chosen && templateFor(chosen, target);
    if (!inner) return undefined;
    parts.push(...inner);
  }
  return parts;
}
