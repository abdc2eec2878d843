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
    `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
    expect.stringContaining('Excessive alias count'),
  ],
])('%j is refused', (text, problem) => {
  expect(read(text)).toEqual({ objects: [], problems: [problem] });
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
