import path from 'node:path';
import { expect, test } from 'vitest';
import { EXAMPLES, expectGoldenTree, loadExample, promoteToKubernetes } from '../../../rig/promote.ts';

test.each(EXAMPLES)('%s as Kubernetes files', async (folder) => {
  const stack = await loadExample(folder);
  const promoted = promoteToKubernetes(stack);
  expect([promoted.plan.problems, promoted.problems]).toEqual([[], []]);
  expectGoldenTree(stack, promoted, path.join(import.meta.dirname, 'golden', stack.name));
});
