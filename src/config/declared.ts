import { templatesIn } from '../core/config-file.ts';
import type { RefTarget, Template } from '../core/ref.ts';
import type { Resource } from '../core/stack.ts';

/** A secret that has to have a value, and one that may be made up. */
export interface NeededSecret {
  readonly name: string;
  readonly generateLength?: number;
  readonly description?: string;
  /** What the config says; only by its look is it a secret. */
  readonly literal?: string;
}

export interface NeededParam {
  readonly name: string;
  readonly fallback?: string;
  readonly description?: string;
}

export interface Needs {
  readonly secrets: ReadonlyMap<string, NeededSecret>;
  readonly params: ReadonlyMap<string, NeededParam>;
}

/** Every secret and parameter the resources name, with what is known of them wherever they are mentioned. */
export function declaredNeeds(resources: readonly Resource[]): Needs {
  const secrets = new Map<string, NeededSecret>();
  const params = new Map<string, NeededParam>();
  const note = (ref: RefTarget): void => {
    if (ref.kind === 'secret') secrets.set(ref.name, { ...secrets.get(ref.name), ...withoutKind(ref) });
    if (ref.kind === 'param') params.set(ref.name, { ...params.get(ref.name), ...withoutKind(ref) });
    if (ref.kind === 'per-target') for (const inner of Object.values(ref.values)) if (inner) visit(inner);
  };
  const visit = (template: Template): void => {
    for (const part of template) if (typeof part !== 'string') note(part);
  };
  for (const resource of resources) for (const template of templatesOf(resource)) visit(template);
  return { secrets, params };
}

/** Every text of a resource that may have refs in it. */
export function templatesOf(resource: Resource): readonly Template[] {
  const password = resource.kind === 'container' ? resource.settings.password : undefined;
  const external = resource.kind === 'container' ? resource.settings.external : undefined;
  const { args = {}, secrets = {} } = resource.build ?? {};
  return [
    ...Object.values(resource.env),
    ...Object.values(resource.links),
    ...templatesIn(resource.configFiles),
    ...(resource.sidecars ?? []).flatMap(({ env }) => Object.values(env)),
    ...Object.values(args),
    ...Object.values(secrets),
    ...(password ? [password] : []),
    ...(external ? [external] : []),
  ];
}

function withoutKind<T extends { readonly kind: string }>({ kind: _kind, ...rest }: T): Omit<T, 'kind'> {
  return rest;
}
