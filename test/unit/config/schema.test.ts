import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { resolveStack, STACK_SCHEMA } from '../../../src/config/resolve.ts';
import { STACKS } from '../../rig/promote.ts';

const file = path.resolve(import.meta.dirname, '../../../schema/stack.json');
const schema: { readonly $id: string } = JSON.parse(readFileSync(file, 'utf8'));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
const errorsOf = (value: unknown): unknown => (validate(value) ? [] : validate.errors);
/** As it is printed. */
const printed = (value: object): unknown => JSON.parse(JSON.stringify({ $schema: STACK_SCHEMA, ...value }));

test.each(STACKS)('what render prints of %s keeps the published schema', async (_name, load) => {
  const stack = await load();
  for (const target of ['dev', 'compose', 'kind'] as const)
    expect(errorsOf(printed(resolveStack(stack, target)))).toEqual([]);
});

test('it is the schema that what is printed names', () => {
  expect(schema.$id).toBe(STACK_SCHEMA);
});

const api = { kind: 'process', run: 'x', env: {}, ports: {}, waitsFor: [], comesWith: [] };

test.each([
  ['a field nobody knows', { ...api, secret: 'x' }],
  ['a process without a command', { ...api, run: undefined }],
  ['a container with one', { ...api, kind: 'container' }],
  ['a port that is none', { ...api, ports: { http: 70_000 } }],
  ['a gate that is none', { ...api, waitsFor: ['db (up)'] }],
])('%s is found out', (_what, resource) => {
  const stack = (one: object) => printed({ name: 'a', target: 'dev', resources: { one } });
  expect(errorsOf(stack(api))).toEqual([]);
  expect(errorsOf(stack(resource))).not.toEqual([]);
});
