import { mapAt, textOf } from '../json.ts';
import { resourceOf } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import { forbidden, notFound } from '../refusal.ts';
import type { Store } from '../store.ts';
import { withDefaults } from './defaults.ts';
import { checkChange } from './immutable.ts';
import { levelOf, violation } from './pod-security.ts';
import { checkSchema } from './schema.ts';
import type { Sent } from './schema.ts';

export interface Admitted {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** What every write goes through before it is stored, by clients and by controllers. */
export function admit(kind: Kind, next: KubeObject, store: Store, how: { sent: Sent; isStrict: boolean }): Admitted {
  const { name, namespace } = next.metadata;
  const before = store.get(resourceOf(kind), namespace, name);
  const home = namespace === undefined ? undefined : store.get('namespaces', undefined, namespace);
  if (kind.isNamespaced && !home)
    throw notFound({ kind: 'Namespace', plural: 'namespaces', group: '' }, namespace ?? '');
  if (home?.metadata.deletionTimestamp !== undefined && !before)
    throw forbidden(
      kind,
      name,
      `unable to create new content in namespace ${home.metadata.name} because it is being terminated`,
    );
  checkSchema(kind, next, how.sent, how.isStrict);
  const object = withDefaults(kind, next, store);
  checkChange(kind, before, object);
  if (kind.kind === 'Pod' && !before) checkPod(kind, object, store);
  const template = mapAt(object, 'spec', 'template', 'spec');
  const warned = Object.keys(template).length > 0 ? violation(levelOf(home, 'warn'), template) : undefined;
  return { object, warnings: warned === undefined ? [] : [`would ${warned.replace('violates', 'violate')}`] };
}

function checkPod(kind: Kind, pod: KubeObject, store: Store): void {
  const { name, namespace = '' } = pod.metadata;
  const spec = mapAt(pod, 'spec');
  const account = textOf(spec['serviceAccountName'] ?? 'default');
  if (!store.get('serviceaccounts', namespace, account))
    throw forbidden(
      kind,
      name,
      `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    );
  const refused = violation(levelOf(store.get('namespaces', undefined, namespace), 'enforce'), spec);
  if (refused !== undefined) throw forbidden(kind, name, refused);
}
