import { expect, test } from 'vitest';
import { parseManifests, patchesOf } from '../../../../src/promote/kubernetes/manifests.ts';

const read = (text: string) => {
  const { manifests, problems } = parseManifests(text);
  return {
    objects: manifests.map(({ object, line }) => `${line} ${object.kind}/${object.metadata.name}`),
    problems: problems.map(({ line, reason }) => `${line} ${reason}`),
  };
};

test('every document is read, with its line; empty ones and what is of somebody else are left out', () => {
  const text = `# a comment
---
apiVersion: v1
kind: ConfigMap
metadata: { name: one }
---
---
replicaCount: 3
---
apiVersion: v1
kind: Service
metadata:
  name: two
  labels: { version: "1.0" }
`;
  expect(read(text)).toEqual({ objects: ['3 ConfigMap/one', '10 Service/two'], problems: [] });
  expect(read('')).toEqual({ objects: [], problems: [] });
  expect(read('just words')).toEqual({ objects: [], problems: [] });
});

test('JSON is read, also with tabs, and lists are what is in them', () => {
  const item = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });
  const list = { apiVersion: 'v1', kind: 'List', items: [item('one'), item('two')] };
  expect(read(JSON.stringify(list, undefined, '\t'))).toEqual({
    objects: ['5 Secret/one', '12 Secret/two'],
    problems: [],
  });
  expect(read('apiVersion: v1\nkind: SecretList\nitems:\n- apiVersion: v1\n  kind: Secret\n')).toEqual({
    objects: [],
    problems: ['4 it has no metadata.name'],
  });
});

test('anchors and merge keys are filled in', () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: one }
base: &base { a: x }
data: { <<: *base, b: y }
`;
  expect(parseManifests(text).manifests[0]?.object['data']).toEqual({ a: 'x', b: 'y' });
});

test.each([
  ['kind: Service\nmetadata: { name: x }', '1 it has no apiVersion'],
  ['\n\napiVersion: v1\nmetadata: { name: x }', '3 it has no kind'],
  ['apiVersion: v1\nkind: Job\nmetadata: { generateName: x- }', '1 it has no metadata.name'],
  [
    'apiVersion: v1\nkind: Job\nmetadata: { name: x, namespace: 1 }',
    '1 metadata.namespace is not text; write it in quotes',
  ],
  [
    'apiVersion: v1\nkind: Job\nmetadata: { name: x, labels: { version: 1.0 } }',
    '1 metadata.labels: the value of version is not text; write it in quotes',
  ],
  [
    'apiVersion: v1\nkind: Job\nmetadata: { name: x, annotations: [] }',
    '1 metadata.annotations is not a list of names and texts',
  ],
  ['apiVersion: v1\nkind: "Job\n', '3 Missing closing "quote'],
  ['a: 1\na: 2\n', '2 Map keys must be unique'],
  [
    'name: {{ .Values.name }}-api\n',
    expect.stringMatching(/^1 .*Templates are rendered first: helm template … \| devstack lint -f -$/),
  ],
  [
    Array.from({ length: 12 }).reduce(
      (text: string, _, at) => `${text}\na${at + 1}: &a${at + 1} [*a${at},*a${at},*a${at}]`,
      'a0: &a0 x',
    ),
    '1 its aliases stand for too much',
  ],
  ['\na: &a [*a]\n', '2 its aliases stand for too much'],
])('%j is refused', (text, problem) => {
  expect(read(text)).toEqual({ objects: [], problems: [problem] });
});

test('a document that is broken takes no other with it', () => {
  const one = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;
  expect(read(`${one('a')}---\n# here\nkind: "Job\n--- # two\n${one('b')}---\nx: 1\nx: 2\n---\n${one('c')}`)).toEqual({
    objects: ['1 Service/a', '8 Service/b', '15 Service/c'],
    problems: ['7 Missing closing "quote', '13 Map keys must be unique'],
  });
});

test('patches of a kustomization are known by their files', () => {
  const text = `patches:
- path: one.yaml
- patch: "[]"
patchesJson6902: [{ path: two.json }]
patchesStrategicMerge: [three.yaml, "{}"]
`;
  expect(patchesOf(text)).toEqual(['one.yaml', 'two.json', 'three.yaml', '{}']);
  expect(patchesOf('- "')).toEqual([]);
});
