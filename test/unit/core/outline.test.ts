import { expect, test } from 'vitest';
import { outlineOf } from '../../../src/core/outline.ts';
import { graphAsText } from '../../../src/output/graph.ts';
import { on, processResource, stackOf, taskResource } from '../../rig/stack.ts';

const stack = stackOf([
  processResource('db', { tty: true }),
  taskResource('migrate', { dependencies: [on('db')], run: 'migrate --key s3cret' }),
  processResource('api', {
    run: 'node api.js --key s3cret',
    dependencies: [on('migrate', 'done')],
    env: {
      KEY: ['s3cret'],
      URL: ['http://me:s3cret@', { kind: 'resource', resource: 'db', part: 'host' }],
      NAME: [{ kind: 'param', name: 'NAME', fallback: 's3cret' }],
      PER: [{ kind: 'per-target', values: { dev: ['s3cret', { kind: 'resource', resource: 'db', part: 'url' }] } }],
    },
    links: { docs: ['http://localhost/?key=s3cret'] },
  }),
]);

test('has no command and no value in it', () => {
  expect(JSON.stringify(outlineOf(stack))).not.toContain('s3cret');
});

test('says what there is and who needs whom', () => {
  const outline = outlineOf(stack);
  expect(graphAsText(outline)).toBe(graphAsText(stack));
  expect(outline.resources.map(({ name, kind }) => [name, kind])).toEqual([
    ['db', 'process'],
    ['migrate', 'task'],
    ['api', 'process'],
  ]);
  expect(outline.resources[0]).toMatchObject({ tty: true, role: 'service', autostart: true });
});
