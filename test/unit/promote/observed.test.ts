import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observe } from '../../../src/core/observed.ts';
import type { Observation } from '../../../src/core/observed.ts';
import { redis, service, task } from '../../../src/index.ts';
import { resourcesPlaces } from '../../../src/promote/kubernetes/resources-places.ts';
import {
  observationsOf,
  observedLines,
  suggestionOf,
  withComments,
  withSuggestions,
} from '../../../src/promote/observed.ts';
import { promoteToKubernetes, stackOf } from '../../rig/promote.ts';

const MEBIBYTE = 1024 * 1024;

function seen(samples: readonly (readonly [mebibytes: number, cpuMilli: number])[]): Observation {
  let all: Observation | undefined;
  for (const [mebibytes, cpuMilli] of samples)
    all = observe(all, { memoryBytes: mebibytes * MEBIBYTE, cpuMilli }, '2026-11-02');
  if (!all) throw new Error('nothing was seen');
  return all;
}

const usual = seen([...Array.from({ length: 5_411 }, () => [60, 20] as const), [84, 900]]);

test('what is asked for is what nearly always does, and the limit is above all that was seen', () => {
  expect(suggestionOf(usual)).toEqual({
    requests: { cpu: 30, memory: 64 * MEBIBYTE },
    limits: { cpu: 1_400, memory: 128 * MEBIBYTE },
  });
  expect(suggestionOf(seen([[0, 0]]))).toEqual({
    requests: { cpu: 10, memory: 16 * MEBIBYTE },
    limits: { cpu: 100, memory: 16 * MEBIBYTE },
  });
});

test('no limit is below a peak, nor below what is asked for', () => {
  const sample = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 64_000 }));
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const observation = seen(samples);
      const { requests, limits } = suggestionOf(observation);
      expect(limits.memory).toBeGreaterThanOrEqual(Math.max(observation.memory.peak, requests.memory));
      expect(limits.cpu).toBeGreaterThanOrEqual(Math.max(observation.cpu.peak, requests.cpu));
    }),
  );
});

test('in words it says where it comes from', () => {
  expect(observedLines(usual, false)).toEqual([
    'observed by devstack up: 84 MiB peak, 64 MiB p95, 0.02 cores p95, 0.02 average, 5,412 samples until 2026-11-02',
    'suggested: requests cpu 30m, memory 64Mi; limits cpu 1400m, memory 128Mi',
  ]);
  expect(observedLines(seen([[1, 5]]), true)).toEqual([
    'observed by devstack up: 1 MiB peak, 1 MiB p95, 0.01 cores p95, 0.01 average, 1 sample until 2026-11-02',
    'so, for --resources observed: requests cpu 10m, memory 16Mi; limits cpu 100m, memory 16Mi',
  ]);
});

describe('in a stack', () => {
  const at = { cwd: 'api', dev: 'node server.mjs' };
  const cache = redis({ deploy: { mode: 'operator' } });
  const said = service({ ...at, deploy: { resources: { limits: { cpu: 1 } } } });
  const stack = stackOf({
    api: service({ ...at, port: 3000, env: { REDIS: cache.url }, sidecars: [{ name: 'proxy', image: 'nginx:1.29' }] }),
    cache,
    said,
    unseen: service({ ...at }),
    sure: service({ ...at, deploy: { qos: 'guaranteed' } }),
    everywhere: service({ ...at, deploy: { kind: 'daemon' } }),
    move: task({ cwd: 'api', run: 'node move.mjs' }),
  });
  const made = promoteToKubernetes(stack);
  const all = new Map(['api', 'cache', 'said', 'sure', 'everywhere', 'move', 'gone'].map((name) => [name, usual]));
  all.set('unseen', observe(undefined, { memoryBytes: MEBIBYTE }, '2026-11-02'));
  const ours = observationsOf(made.plan.workloads, all);
  const names = ['api', 'cache', 'sure', 'everywhere'];

  test('only of what runs on, and of which the config says nothing and CPU was seen, there is something to say', () => {
    expect([...ours.keys()]).toEqual(names);
  });

  test('the numbers of those are others, and of nobody else', () => {
    const changed = withSuggestions(made.plan.workloads, ours);
    expect(changed.filter((one, index) => one !== made.plan.workloads[index]).map(({ name }) => name)).toEqual(names);
    const { limits } = suggestionOf(usual);
    expect(changed.find(({ name }) => name === 'sure')).toMatchObject({ requests: limits, limits });
    expect(changed[0]).toEqual({ ...made.plan.workloads[0], ...suggestionOf(usual) });
  });

  test('a comment stands before the resources of each, and nothing else is another', () => {
    const places = resourcesPlaces(made.services, 'deploy/k8s');
    const comments = new Map([...ours].map(([name, one]) => [name, observedLines(one, false)]));
    const tree = withComments(made.tree, places, comments);
    const added = [...tree].filter(([file, text]) => text !== made.tree.get(file));
    expect(added.map(([file]) => file)).toEqual([
      'deploy/k8s/base/api/deployment.yaml',
      'deploy/k8s/base/cache/redisreplication.yaml',
      'deploy/k8s/base/sure/deployment.yaml',
      'deploy/k8s/base/everywhere/daemonset.yaml',
    ]);
    for (const [file, text] of added) {
      expect(text).toMatch(/\n( +)# observed by devstack up: .*\n\1# suggested: .*\n\1resources:\n/);
      expect(text.replaceAll(/ +# (?:observed|suggested).*\n/g, '')).toBe(made.tree.get(file));
    }
    const deployment = added[0]?.[1] ?? '';
    expect(deployment.indexOf('# observed')).toBeGreaterThan(deployment.indexOf('- name: api\n'));
    expect(withComments(made.tree, places, new Map())).toEqual(made.tree);
  });

  test('where a block is not, nothing is said of it', () => {
    const tree = new Map([['a.yaml', 'spec:\n  other: 1\nresources:\n  x: 1\n']]);
    const place = { name: 'a', file: 'a.yaml', lines: ['spec:', '  resources:'] };
    expect(withComments(tree, [place], new Map([['a', ['seen']]]))).toEqual(tree);
  });
});
