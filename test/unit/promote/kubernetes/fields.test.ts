import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { violationsOf } from '../../../../src/promote/kubernetes/rules/violations.ts';
import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** What devstack may write of kinds of operators, and no more. */
const WRITTEN = ['operators', 'delivery'].flatMap((name) => {
  const file = path.resolve(import.meta.dirname, `../../../schemas/kubernetes/${name}.json`);
  const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as { $defs: Readonly<Record<string, Schema>> };
  return Object.keys($defs).flatMap((kind) => (kind.includes('/') ? [{ kind, $defs }] : []));
});

/** Every field of a schema, each with a mapping, a list or nothing in it. */
function fullest(schema: Schema, $defs: Readonly<Record<string, Schema>>, depth = 0): unknown {
  const { $ref, properties, items, additionalProperties } = schema;
  if (depth > 25) return null;
  if ($ref !== undefined)
    return fullest($defs[$ref.replace('#/$defs/', '').replaceAll('~1', '/')] ?? {}, $defs, depth + 1);
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, fullest(one, $defs, depth + 1)]));
  if (items) return [fullest(items, $defs, depth + 1)];
  return typeof additionalProperties === 'object' ? { one: fullest(additionalProperties, $defs, depth + 1) } : null;
}

function objectOf(kind: string, rest: object): KubeObject {
  const [, apiVersion = '', name = ''] = /^(.+)\/(\w+)$/.exec(kind) ?? [];
  return { ...rest, apiVersion, kind: name, metadata: { name: 'one', namespace: 'shop' } };
}

const fieldsOf = (object: KubeObject): readonly string[] =>
  violationsOf([object]).flatMap(({ rule, text }) => (rule === 'fields' ? [text] : []));

test.each(WRITTEN)('$kind has every field that is written, and no other', ({ kind, $defs }) => {
  const all = objectOf(kind, fullest($defs[kind] ?? {}, $defs) as object);
  expect(fieldsOf(all)).toEqual([]);
  expect(fieldsOf({ ...all, spec: { nonsense: 1 } })).toEqual([
    expect.stringMatching(/^spec\.nonsense is no field of /),
  ]);
});

test('a field of an operator that devstack never writes is one; what is nearly one is named', () => {
  const cluster = (spec: object): KubeObject => objectOf('postgresql.cnpg.io/v1/Cluster', { spec });
  const backup = {
    barmanObjectStore: { destinationPath: 's3://backups', s3Credentials: { inheritFromIAMRole: true } },
  };
  expect(
    fieldsOf(cluster({ instances: 3, backup, tablespaces: [{ name: 'fast', storage: { size: '1Gi' } }] })),
  ).toEqual([]);
  expect(fieldsOf(cluster({ instance: 3, backup: { barmanObjectStores: {} }, imageName: 17 }))).toEqual([
    'spec.instance is no field of ClusterSpec; instances is one',
    'spec.backup.barmanObjectStores is no field of BackupConfiguration; barmanObjectStore is one',
    'spec.imageName has to be a text',
  ]);
});

test('numbers may have a fraction where a kind of an operator has them', () => {
  const scaled = (threshold: unknown): KubeObject =>
    objectOf('keda.sh/v1alpha1/ScaledObject', {
      spec: { scaleTargetRef: { name: 'api' }, maxReplicaCount: threshold },
    });
  expect(fieldsOf(scaled(3))).toEqual([]);
  expect(fieldsOf(scaled('3'))).toEqual(['spec.maxReplicaCount has to be a number']);
});

test('what nobody knows is left to whoever brings it', () => {
  expect(fieldsOf(objectOf('example.com/v1/Widget', { spec: { anything: 1 } }))).toEqual([]);
});
