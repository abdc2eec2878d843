import { dataAt, listAt, textAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import type { Container, Pod } from './pod.ts';
import type { Finding } from './rule.ts';

export function checkEnvNames(pod: Pod, set: ObjectSet, report: (finding: Finding<'env-twice'>) => void): void {
  for (const container of pod.containers) {
    const own = listAt(container.data, 'env').flatMap((one) => textAt(one, 'name') ?? []);
    const names = new Set(own);
    const wrong = (text: string, without: readonly string[] = []): void =>
      report({ rule: 'env-twice', object: pod.owner, container: container.name, text, without });
    for (const name of names)
      if (own.indexOf(name) !== own.lastIndexOf(name))
        wrong(`${name} is set twice, and the later one counts; take one out`);
    const from = new Map<string, string>();
    for (const { name, source } of envFrom(container, pod.namespace, set)) {
      const other = names.has(name) ? 'env' : from.get(name);
      if (other !== undefined)
        wrong(`${name} is set by ${source} and by ${other}; take one out`, [
          'environment-variable-key-duplication',
          'duplicate-env-var',
        ]);
      from.set(name, source);
    }
  }
}

/** Variables of ConfigMaps and Secrets that are among the objects. */
function envFrom(
  { data }: Container,
  namespace: string,
  set: ObjectSet,
): readonly { readonly name: string; readonly source: string }[] {
  return listAt(data, 'envFrom').flatMap((one) => {
    const prefix = textAt(one, 'prefix') ?? '';
    return (['ConfigMap', 'Secret'] as const).flatMap((kind) => {
      const named = textAt(one, kind === 'Secret' ? 'secretRef' : 'configMapRef', 'name');
      const object = named === undefined ? undefined : set.find(kind, namespace, named);
      const keys = [...Object.keys(dataAt(object, 'data')), ...Object.keys(dataAt(object, 'stringData'))];
      return [...new Set(keys)].map((key) => ({
        name: `${prefix}${key}`,
        source: `${kind} ${object?.metadata.name ?? ''}`,
      }));
    });
  });
}
