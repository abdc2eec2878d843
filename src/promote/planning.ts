import path from 'node:path';
import { isDirect } from '../config/addresses.ts';
import { templatesIn } from '../core/config-file.ts';
import type { Amounts, Deploy } from '../core/deploy.ts';
import { refsOf } from '../core/ref.ts';
import type { Target, Template } from '../core/ref.ts';
import { suspicion } from '../core/secret-text.ts';
import type { Resource, Stack } from '../core/stack.ts';
import type { BaseImage, ProjectFiles } from './docker/recipe.ts';
import type { Value, ValueReader } from './value.ts';
import type { ClusterChoices } from './workload.ts';

/** What a part of the plan is made with. */
export interface Planning {
  readonly stack: Stack;
  readonly target: Target;
  readonly reader: ValueReader;
  /** Server to what stands before it, where the addresses of `reader` lead there. */
  readonly poolers: ReadonlyMap<string, string>;
  readonly files: ProjectFiles;
  readonly baseImage: BaseImage;
  /** Whether somebody outside is to reach this port of it. */
  isFrontDoor(resource: Resource, port: string): boolean;
  /** A text of the config that had better not be in a file everybody sees. */
  hide(resource: Resource, name: string, text: string): Value;
  note(resource: Resource, text: string): void;
  problem(resource: Resource, code: string, message: string): void;
}

/** What a variable is there; a text that looks like a secret goes where secrets go. */
export function givenValue(
  resource: Resource,
  name: string,
  template: Template,
  { reader, hide, note }: Planning,
): Value | undefined {
  const value = reader.valueOf(template);
  if (!value) {
    note(resource, `env.${name} has no value there and is left out`);
    return undefined;
  }
  const [text, ...more] = value;
  if (typeof text !== 'string' || more.length > 0) return value;
  const why = suspicion(name, text);
  if (why === undefined) return value;
  note(resource, `env.${name} goes to the secrets, since ${why}: say secret('${name}') or param('${name}')`);
  return hide(resource, name, text);
}

/** Addresses for those outside. */
export function isForOutside(part: string): boolean {
  return /(?:^|\.)(?:publicUrl|origin|webUrl|consoleUrl)$/.test(part);
}

/** Everybody whose address it has, and everybody it waits for. */
export function reachedBy(resource: Resource, { poolers }: Pick<Planning, 'poolers'>): readonly string[] {
  const through = (name: string): string => poolers.get(name) ?? name;
  const named = [
    ...Object.values(resource.env),
    ...templatesIn(resource.configFiles),
    ...(resource.sidecars ?? []).flatMap(({ env }) => Object.values(env)),
  ]
    .flatMap(refsOf)
    .flatMap((ref) => {
      if (ref.kind !== 'resource' || isForOutside(ref.part)) return [];
      return [isDirect(ref.part) ? ref.resource : through(ref.resource)];
    });
  const waited = resource.dependencies.filter(({ on }) => !named.includes(on)).map(({ on }) => through(on));
  return [...new Set([...named, ...waited])].filter((name) => name !== resource.name);
}

/** As the builder wants it: with slashes, `.` for the root itself. */
export function belowRoot(root: string, folder: string): string {
  return path.relative(root, folder).split(path.sep).join('/') || '.';
}

/** What it may use, and what of that is kept for it. */
export function amountsOf(
  deploy: Deploy | undefined,
  limits: Amounts,
  requests: Amounts = {},
): { readonly limits: Amounts; readonly requests: Amounts } {
  return { limits, requests: deploy?.qos === 'guaranteed' ? limits : requests };
}

/** What only a cluster makes something of. */
export function clusterChoices(deploy: Deploy | undefined): ClusterChoices {
  if (!deploy) return {};
  const { kind, vpa, qos, permissions, secretsAs, ingress, strategy, serviceAccount, labels, annotations } = deploy;
  const { drainMs, priorityClass, storageBytes, storageClass } = deploy;
  return {
    ...(kind !== undefined && { kind }),
    ...(vpa !== undefined && { vpa }),
    ...(qos !== undefined && { qos }),
    ...(secretsAs !== undefined && { secretsAs }),
    ...(ingress && { ingress }),
    ...(strategy && { strategy }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(permissions && { permissions }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(drainMs !== undefined && { drainMs }),
    ...(priorityClass !== undefined && { priorityClass }),
    ...(storageBytes !== undefined && { storageBytes }),
    ...(storageClass !== undefined && { storageClass }),
  };
}
