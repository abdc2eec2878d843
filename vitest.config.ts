import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const devstack = fileURLToPath(new URL('src/index.ts', import.meta.url));
const testing = fileURLToPath(new URL('src/testing.ts', import.meta.url));
/** Machines are small and shared: a limit only ends what hangs. */
const patient = { testTimeout: 120_000, hookTimeout: 180_000 };
/** An engine under load now and then answers late or not at all: one more try, which the list of tests shows. */
const engineUnderLoad = { retry: 1 };
const shared = { ...patient, include: [] as string[], exclude: ['**/node_modules/**', '**/.work/**'] };

/** Builds of others beside its own make it wait for minutes. */
const ALONE = 'test/docker/built.test.ts';

/** They need an engine to stop and kill: test/engines/run.sh. CI runs them in steps of their own, so none is skipped. */
const runsEngines = process.env['DEVSTACK_PRIVATE_ENGINE'] || process.env['DEVSTACK_REQUIRE_DOCKER'] !== '1';
const engines = {
  extends: true as const,
  test: {
    ...shared,
    ...engineUnderLoad,
    name: 'engines',
    sequence: { groupOrder: 4 },
    include: ['test/engines/**/*.test.ts'],
    maxWorkers: 1,
    setupFiles: ['test/rig/home.ts'],
  },
};

export default defineConfig({
  resolve: { alias: { 'devstack/testing': testing, devstack } },
  test: {
    projects: [
      { extends: true, test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts', 'test/*.test.ts'] } },
      {
        extends: true,
        test: {
          ...shared,
          name: 'process',
          sequence: { groupOrder: 1 },
          include: ['test/process/**/*.test.ts'],
          maxWorkers: 2,
          setupFiles: ['test/rig/home.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'cli',
          sequence: { groupOrder: 2 },
          include: ['test/cli/**/*.test.ts'],
          maxWorkers: 2,
          setupFiles: ['test/rig/home.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          ...engineUnderLoad,
          name: 'docker',
          sequence: { groupOrder: 3 },
          include: ['test/docker/**/*.test.ts'],
          exclude: [...shared.exclude, ALONE],
          // They wait for servers more than they compute.
          maxWorkers: 3,
          setupFiles: ['test/rig/home.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          ...engineUnderLoad,
          name: 'docker-alone',
          sequence: { groupOrder: 4 },
          include: [ALONE],
          maxWorkers: 1,
          setupFiles: ['test/rig/home.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'screen',
          sequence: { groupOrder: 5 },
          include: ['test/screen/**/*.test.ts'],
          maxWorkers: 2,
          setupFiles: ['test/rig/home.ts'],
        },
      },
      ...(runsEngines ? [engines] : []),
    ],
    reporters: [['default', { summary: false }], './test/rig/skip-reporter.ts'],
  },
});
