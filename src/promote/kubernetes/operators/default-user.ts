import type { FilePart } from '../../../core/config-file.ts';
import type { Binding } from '../../bindings.ts';
import type { Value } from '../../value.ts';
import { labelsOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { defaultUserSecretName } from '../engine-secrets.ts';
import { contentOf } from '../secret-content.ts';
import type { NeededValue, SecretFile, SecretSource } from '../secrets.ts';

/** Keys as docs/examples/external-admin-secret-credentials of github.com/rabbitmq/cluster-operator has them. */
export function defaultUserSource(
  { server, values }: Binding,
  cluster: Cluster,
  needed: readonly NeededValue[],
): readonly SecretSource[] {
  const workload = cluster.workloads.find((one) => one.name === server);
  if (workload?.operated?.operator !== 'rabbitmq') return [];
  const part = (key: string): FilePart<Value> => ({ value: values[key] ?? [], as: 'text' });
  const keys = ['host', 'password', 'port', 'username'].map((key) => ({ key, content: [part(key)] }));
  const entries = [
    {
      key: 'default_user.conf',
      content: ['default_user = ', part('username'), '\ndefault_pass = ', part('password'), '\n'],
    },
    ...keys,
    { key: 'provider', content: ['rabbitmq'] },
    { key: 'type', content: ['rabbitmq'] },
  ];
  const content = contentOf(entries, { cluster, needed });
  const files = entries.map(({ key }): SecretFile => {
    const textOf: SecretFile['textOf'] = (known) => ({ kind: 'text', text: content.dataOf(known)[key] ?? '' });
    return { path: `secrets/${server}.default-user/${key}`, key, textOf };
  });
  return [
    {
      ...content,
      name: defaultUserSecretName(server),
      labels: labelsOf(workload, cluster),
      kind: 'files',
      files,
      isFixed: true,
      controllers: [],
    },
  ];
}
