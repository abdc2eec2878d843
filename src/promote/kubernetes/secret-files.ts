import type { Workload } from '../workload.ts';
import { secretName } from './environment.ts';
import type { Environment } from './environment.ts';
import { rightsOf } from './rights.ts';
import type { Mount } from './volumes.ts';

/** Where programs look for them by custom: below it, each under the name of its variable. */
const FOLDER = '/run/secrets';

/** What of its variables a container has in files. */
function inFiles({ as, secret, bound }: Environment): readonly string[] {
  return as === 'files' ? [...Object.keys(secret), ...Object.keys(bound)] : [];
}

/** One by one: a folder would lie over that of the token of the cluster, which is below it. */
export function secretFileMounts(environment: Environment | undefined, workload: Workload): readonly Mount[] {
  const names = environment ? inFiles(environment) : [];
  if (!environment || names.length === 0) return [];
  const { owner, secret, bound } = environment;
  const name = owner === workload.name ? 'secret-values' : `secret-values${owner.slice(workload.name.length)}`;
  const items = new Map<string, { readonly key: string; readonly path: string }[]>();
  const add = (from: string, key: string, path: string): void =>
    void items.set(from, [...(items.get(from) ?? []), { key, path }]);
  for (const variable of Object.keys(secret)) add(secretName(owner), variable, variable);
  for (const [variable, { name: from, key }] of Object.entries(bound)) add(from, key, variable);
  // Without a group of the pod only root could read them; who an image becomes is not always known.
  const defaultMode = 'fsGroup' in rightsOf(workload).pod ? 0o400 : 0o444;
  const sources = [...items].map(([from, its]) => ({ secret: { name: from, items: its } }));
  return names.map((variable) => ({
    mount: { name, mountPath: `${FOLDER}/${variable}`, subPath: variable, readOnly: true },
    volume: { name, projected: { defaultMode, sources } },
  }));
}

/** The places of these files, and what only sounds like a secret. */
export function writtenVariables(environment: Environment): Readonly<Record<string, string>> {
  const places = inFiles(environment).map((name) => [`${name}_FILE`, `${FOLDER}/${name}`] as const);
  return { ...environment.written, ...Object.fromEntries(places) };
}
