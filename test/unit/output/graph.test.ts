import { expect, test } from 'vitest';
import { graphAsData, graphAsMermaid, graphAsText } from '../../../src/output/graph.ts';
import { on, processResource, stackOf, taskResource } from '../../rig/stack.ts';

const stack = stackOf([
  processResource('end', { dependencies: [on('api')], companions: ['api', 'mail-box'] }),
  processResource('api', { dependencies: [on('migrate', 'done')] }),
  taskResource('migrate'),
  processResource('mail-box', { role: 'worker', dependencies: [on('api', 'started')] }),
]);

test('the text is a tree of what each needs, everything in full once', () => {
  expect(graphAsText(stack).split('\n')).toEqual([
    'end (service)',
    '├─ api (service): waits until ready',
    '│  └─ migrate (task): waits until done',
    '└─ mail-box (worker): reads its address',
    '   └─ api (service): waits until started (see above)',
  ]);
});

test('addresses that go in a circle are a tree as well', () => {
  const circle = stackOf([
    processResource('web', { companions: ['api'] }),
    processResource('api', { companions: ['web'] }),
    processResource('job', { role: 'worker' }),
  ]);
  expect(graphAsText(circle).split('\n')).toEqual([
    'job (worker)',
    'web (service)',
    '└─ api (service): reads its address',
    '   └─ web (service): reads its address (see above)',
  ]);
});

test('mermaid gets ids of our own, since names may mean something to it', () => {
  expect(graphAsMermaid(stack)).toBe(
    [
      'flowchart LR',
      '  n0["end<br/>service"]',
      '  n1["api<br/>service"]',
      '  n2["migrate<br/>task"]',
      '  n3["mail-box<br/>worker"]',
      '  n0 -->|ready| n1',
      '  n0 -.-> n3',
      '  n1 -->|done| n2',
      '  n3 -->|started| n1',
    ].join('\n'),
  );
});

test('the data names every resource once, and the order', () => {
  expect(graphAsData(stack)).toEqual({
    resources: [
      { name: 'end', kind: 'service', dependencies: [{ on: 'api', gate: 'ready' }], reads: ['mail-box'] },
      { name: 'api', kind: 'service', dependencies: [{ on: 'migrate', gate: 'done' }], reads: [] },
      { name: 'migrate', kind: 'task', dependencies: [], reads: [] },
      { name: 'mail-box', kind: 'worker', dependencies: [{ on: 'api', gate: 'started' }], reads: [] },
    ],
    startOrder: ['migrate', 'api', 'end', 'mail-box'],
  });
});
