import path from 'node:path';
import { expect, test } from 'vitest';
import { EXAMPLES, expectGoldenTree, loadExample, promoteToCompose } from '../../../rig/promote.ts';

test.each(EXAMPLES)('%s as compose files', async (folder) => {
  const stack = await loadExample(folder);
  const promoted = promoteToCompose(stack);
  expect(promoted.plan.problems).toEqual([]);
  expect(promoted.violations).toEqual([]);
  expectGoldenTree(stack, promoted, path.join(import.meta.dirname, 'golden', stack.name));
});
