import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEcho } from '../../../src/watch/echo.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a path is told at once and again after the last telling, each on its own', () => {
  const told: string[] = [];
  const echo = createEcho(60, (file) => told.push(file));
  echo.tell('a');
  vi.advanceTimersByTime(55);
  echo.tell('a');
  echo.tell('b');
  expect(told).toEqual(['a', 'a', 'b']);
  vi.advanceTimersByTime(59);
  expect(told).toEqual(['a', 'a', 'b']);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['a', 'a', 'b', 'a', 'b']);
  vi.advanceTimersByTime(1_000);
  expect(told).toHaveLength(5);
});

test('nothing is told after it was closed', () => {
  const told: string[] = [];
  const echo = createEcho(60, (file) => told.push(file));
  echo.tell('a');
  echo.close();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['a']);
});
