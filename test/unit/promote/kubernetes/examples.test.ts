import path from 'node:path';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { expect, test } from 'vitest';
import { everything } from '../../../rig/everything.ts';
import {
  EVERYTHING,
  EXAMPLES,
  expectGoldenTree,
  loadExample,
  promoteToKubernetes,
  stackOf,
} from '../../../rig/promote.ts';

test.each(EXAMPLES)('%s as Kubernetes files', async (folder) => {
  const stack = await loadExample(folder);
  const promoted = promoteToKubernetes(stack);
  expect([promoted.plan.problems, promoted.problems]).toEqual([[], []]);
  expect(judge(promoted.objects).violations.map(({ rule, text }) => [rule, text])).toEqual([]);
  for (const { rule, reason } of judge(promoted.objects).exemptions)
    expect([rule, reason]).toEqual([rule, expect.stringMatching(/\w/)]);
  expectGoldenTree(stack, promoted, path.join(import.meta.dirname, 'golden', stack.name));
});

test('a stack with everything in it as Kubernetes files', () => {
  const stack = stackOf(everything(), undefined, EVERYTHING);
  const promoted = promoteToKubernetes(stack);
  expect([promoted.plan.problems, promoted.problems]).toEqual([[], []]);
  expect(judge(promoted.objects).violations.map(({ rule, text }) => [rule, text])).toEqual([]);
  expectGoldenTree(stack, promoted, path.join(import.meta.dirname, 'golden', 'everything'));
});
