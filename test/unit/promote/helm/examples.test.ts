import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES, expectFiles, loadExample, promoteToHelm } from '../../../rig/promote.ts';

test.each(EXAMPLES)('%s as a chart', async (folder) => {
  const stack = await loadExample(folder);
  const { tree, problems } = promoteToHelm(stack);
  expect(problems).toEqual([]);
  expectFiles(tree, path.join(import.meta.dirname, 'golden', stack.name));
});

test.each(EXAMPLES)('the values of %s are as its schema wants them', async (folder) => {
  const chart = promoteToHelm(await loadExample(folder));
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(chart.tree.get(`${chart.folder}/values.schema.json`) ?? '') as object,
  );
  const values: unknown = parse(chart.tree.get(`${chart.folder}/values.yaml`) ?? '');
  expect([validate(values), validate.errors]).toEqual([true, null]);
});
