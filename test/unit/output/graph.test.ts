import { expect, test } from 'vitest';
import { graphAsData, graphAsMermaid, graphAsText } from '../../../src/output/graph.ts';
import { on, processResource, stackOf, taskResource } from '../../rig/stack.ts';

const stack = stackOf([
  processResource('end', { dependencies: [on('api')], companions: ['api', 'mail-box'] }),
  processResource('api', { dependencies: [on('migrate', 'done')] }),
  taskResource('migrate'),
  processResource('mail-box', { role: 'worker', dependencies: [on('api', 'started')] }),
]);

test('the text lists what starts first, with its gates', () => {
  expect(graphAsText(stack)).toBe(
    [
      'migrate (task)',
      'api (service)',
      '  waits for migrate done',
      'end (service)',
      '  waits for api ready',
      '  reads the address of mail-box',
      'mail-box (worker)',
      '  waits for api started',
    ].join('\n'),
  );
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
