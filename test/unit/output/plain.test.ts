import { expect, test } from 'vitest';
import type { ResourceStatus } from '../../../src/core/engine.ts';
import { createNarrator } from '../../../src/output/plain.ts';
import { createStyle } from '../../../src/output/style.ts';

function tell(status: Partial<ResourceStatus>): readonly string[] {
  const narrator = createNarrator({ names: ['cache'], style: createStyle(false), now: () => 0, wayBack: () => 'none' });
  const whole: ResourceStatus = {
    name: 'cache',
    kind: 'container',
    role: 'redis',
    wanted: true,
    lifecycle: { kind: 'idle' },
    blockedBy: [],
    run: 1,
    restarts: 0,
    ports: {},
    urls: {},
    ...status,
  };
  return narrator.tell({ kind: 'status', revision: 1, status: whole });
}

test('a failure behind the name of its resource does not name it again', () => {
  const failure = { code: 'image-not-found', resource: 'cache', image: 'redis:0', reason: 'no such tag' } as const;
  expect(tell({ lifecycle: { kind: 'failed', failure, at: 0 } })).toEqual([
    'cache    · failed: there is no image redis:0',
    'cache    · no such tag',
    'cache    · Check version (or image) in devstack.config.ts.',
  ]);
});
