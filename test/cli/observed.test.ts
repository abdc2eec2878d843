import { once } from 'node:events';
import { readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readObserved } from '../../src/project/observed.ts';
import { devstack, nothingLeft } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
const file = () => path.join(rig.folder, '.devstack/observed.json');
const promote = (...args: readonly string[]) =>
  devstack(['promote', ...args], { cwd: rig.folder, env: rig.env }).finished;

beforeEach(async () => {
  rig = await createRig();
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
export default defineConfig({ name: 'seen', resources: {
  api: service({ dev: ${JSON.stringify(rig.command('api'))}, build: { dockerfile: 'Dockerfile' } }),
} });`,
  );
  rig.write('Dockerfile', 'FROM node:22\nUSER 1000\n');
});
afterEach(async () => {
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const samplesNow = () => readObserved({ observed: file() }).get('api')?.samples ?? 0;

/** The folder of a run tells when there is more in the file. */
async function untilMoreThan(samples: number): Promise<void> {
  const changes = watch(path.dirname(file()));
  try {
    while (samplesNow() <= samples) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

test('what a service of a run uses is written down for its owner, and added up over runs', async () => {
  const counts: number[] = [];
  for (const run of ['first', 'second']) {
    const running = devstack(['up', '--plain'], { cwd: rig.folder, env: rig.env });
    const api = await rig.next('api');
    await untilMoreThan(counts.at(-1) ?? 0);
    running.process.kill('SIGINT');
    await running.finished;
    await api.gone;
    counts.push(samplesNow());
    const seen = readObserved({ observed: file() });
    expect([run, [...seen.keys()], statSync(file()).mode & 0o777]).toEqual([run, ['api'], 0o600]);
    expect(seen.get('api')?.memory.peak).toBeGreaterThan(1024 * 1024);
    expect(seen.get('api')?.until).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(counts[1]).toBeGreaterThan(counts[0] ?? 0);
});

const MEBIBYTE = 1024 * 1024;
const known = {
  version: 1,
  resources: {
    api: {
      samples: 1_200,
      until: '2026-11-02',
      memory: { peak: 100 * MEBIBYTE, sum: 96_000 * MEBIBYTE, counts: { '190': 1_200 } },
      cpu: { peak: 300, sum: 60_000, counts: { '42': 1_199 } },
    },
  },
};
const WORDS =
  'observed by devstack up: 100 MiB peak, 70 MiB p95, 0.05 cores p95, 0.05 average, 1,200 samples until 2026-11-02';

test.each([
  ['kubernetes', 'deploy/k8s/base/api/deployment.yaml', '          '],
  ['helm', 'deploy/helm/seen/values.yaml', '  '],
  ['compose', 'deploy/compose/compose.yaml', '      '],
])('--to %s says what was seen, and takes it when it is asked to', async (target, place, indent) => {
  const read = () => readFileSync(path.join(rig.folder, place), 'utf8');
  await promote('--to', target);
  const usual = read();
  writeFileSync(file(), JSON.stringify(known), { mode: 0o600 });
  const told = await promote('--to', target);
  expect(told.stderr).toContain(
    `api: ${WORDS}; suggested: requests cpu 60m, memory 80Mi; limits cpu 500m, memory 160Mi\n`,
  );
  expect(read()).toBe(usual);
  expect((await promote('--to', target, '--diff')).code).toBe(0);

  await promote('--to', target, '--resources', 'comment');
  const comment = `${indent}# ${WORDS}\n${indent}# suggested: requests cpu 60m, memory 80Mi; limits cpu 500m, memory 160Mi\n`;
  expect(read()).toContain(`${comment}${indent}resources:\n`);
  expect(read().replace(comment, '')).toBe(usual);
  expect((await promote('--to', target, '--resources', 'comment', '--diff')).code).toBe(0);

  await promote('--to', target, '--resources', 'observed');
  expect(read()).toContain(`${indent}# so, for --resources observed: requests cpu 60m`);
  expect(read()).toMatch(
    target === 'compose' ? /cpus: "0.5"\n +memory: 160m/ : /memory: 80Mi\n.*\n +limits:\n +cpu: 500m/,
  );
});

test('what is no observation is none', async () => {
  await promote('--to', 'kubernetes');
  writeFileSync(file(), JSON.stringify({ ...known, resources: { api: { samples: 'many' } } }));
  const { code, stderr } = await promote('--to', 'kubernetes');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('observed by')]);
  expect((await promote('--to', 'kubernetes', '--resources', 'observed')).stderr).toContain(
    'Nothing was seen of what the config leaves open, so the numbers are the usual ones',
  );
});
