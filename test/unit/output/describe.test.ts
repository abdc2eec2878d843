import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeOf, failureText } from '../../../src/cli/context.ts';
import type { FailureCode } from '../../../src/core/failure.ts';
import { describe } from '../../../src/output/describe.ts';
import { samples, type Sample } from './failures.ts';

const all: readonly Sample[] = Object.values(samples).flat();

test('every code has a sample', () => {
  const source = readFileSync(path.resolve(import.meta.dirname, '../../../src/core/failure.ts'), 'utf8');
  const union = source.slice(source.indexOf('export type Failure ='), source.indexOf('export type FailureCode'));
  const codes = [...union.matchAll(/readonly code: '([a-z-]+)'/g)].map(([, code]) => code);
  expect(Object.keys(samples)).toEqual(codes);
});

test.each(all)('$failure.code: $when', ({ failure, text }) => {
  expect(failureText(failure)).toBe(text);
});

test('a run that could not begin is told as the failure that kept it from beginning', () => {
  const failure = { code: 'cwd-missing', resource: 'web', cwd: '/shop/wbe' } as const;
  const exit = { kind: 'not-started', failure } as const;
  expect(describe({ code: 'exited', resource: 'web', exit, upMs: 0, beforeReady: true })).toEqual(describe(failure));
});

test('a mistake in the command line, or nothing to do it with, is 2, Ctrl-C is 130, everything else is 1', () => {
  const special: Partial<Record<FailureCode, number>> = {
    'unknown-name': 2,
    'wrong-kind': 2,
    'use-refused': 2,
    'instance-name-invalid': 2,
    usage: 2,
    'tool-missing': 2,
    'cluster-failed': 2,
    'cluster-port-in-use': 2,
    'rollout-failed': 3,
    'data-source-down': 2,
    'data-copy-failed': 3,
    interrupted: 130,
  };
  expect(all.map(({ failure }) => [failure.code, exitCodeOf(failure)])).toEqual(
    all.map(({ failure }) => [failure.code, special[failure.code] ?? 1]),
  );
});

test('docs/errors.md shows every text', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
  expect(all.filter(({ text }) => !page.includes(text)).map(({ failure }) => failure.code)).toEqual([]);
});
