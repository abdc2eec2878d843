import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { devstack } from '../../rig/devstack.ts';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-bad-')));
const elsewhere = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-none-')));
writeFileSync(
  path.join(folder, 'devstack.config.mts'),
  `import { defineConfig, postgres, service, task } from 'devstack';
const db = postgres();
const migrate = task({ run: 'touch started', when: 'manual' });
const api = service({ dev: 'touch started', env: { DATABASE_URL: db.url } });
export default defineConfig({ name: 'bad', resources: { db, migrate, api }, groups: { back: [db, api] } });
`,
);
const env = { XDG_STATE_HOME: path.join(elsewhere, 'state'), XDG_RUNTIME_DIR: path.join(elsewhere, 'run') };
afterAll(() => {
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
});

/** Of the program, or of the command the mistake is in. */
const help = (command?: string): string => `Help: devstack ${command === undefined ? '' : `${command} `}--help`;
const DURATION = 'It must be a duration such as 500ms, 90s, 5m or 1h.';
const KNOWN = 'Resources: db, migrate, api. Groups: back.';

/** Words of the command line to what it says on stderr. All end with 2. */
const mistakes: readonly (readonly [readonly string[], string])[] = [
  [['frobnicate'], `error: unknown command 'frobnicate'\n${help()}`],
  [['upp'], `error: unknown command 'upp'\n(Did you mean up?)\n${help()}`],
  [['--frobnicate'], `error: unknown option '--frobnicate'\n${help()}`],
  [['up', '--frobnicate'], `error: unknown option '--frobnicate'\n${help('up')}`],
  [['up', 'apu'], 'up apu: no resource or group "apu". Did you mean "api"? Groups: back.'],
  [['up', 'api', 'bakc'], 'up bakc: no resource or group "bakc". Did you mean "back"? Groups: back.'],
  [['up', ''], `up: no resource or group "". ${KNOWN}`],
  [['up', '../api'], `up ../api: no resource or group "../api". ${KNOWN}`],
  [['up', 'api; touch started'], `up: no resource or group "api; touch started". ${KNOWN}`],
  [['up', '$(touch started)'], `up: no resource or group "$(touch started)". ${KNOWN}`],
  [['up', 'one\ntwo "three"'], String.raw`up: no resource or group "one\ntwo \"three\"". ${KNOWN}`],
  [['up', '🚀'], `up: no resource or group "🚀". ${KNOWN}`],
  [['up', 'toString'], `up toString: no resource or group "toString". ${KNOWN}`],
  [
    ['up', '--runtime', 'podman'],
    `error: option '--runtime <runtime>' argument 'podman' is invalid. Allowed choices are auto, docker, native, embedded.\n${help('up')}`,
  ],
  [
    ['up', '--timeout', 'soon'],
    `error: option '--timeout <duration>' argument 'soon' is invalid. ${DURATION}\n${help('up')}`,
  ],
  [
    ['up', '--timeout', '-5s'],
    `error: option '--timeout <duration>' argument '-5s' is invalid. ${DURATION}\n${help('up')}`,
  ],
  [['up', '--timeout'], `error: option '--timeout <duration>' argument missing\n${help('up')}`],
  [['up', '-c'], `error: option '-c, --config <file>' argument missing\n${help('up')}`],
  [['down', 'now'], `error: too many arguments for 'down'. Expected 0 arguments but got 1.\n${help('down')}`],
  [['down', '--volume'], `error: unknown option '--volume'\n(Did you mean --volumes?)\n${help('down')}`],
  [['ps', 'api'], `error: too many arguments for 'ps'. Expected 0 arguments but got 1.\n${help('ps')}`],
  [['ps', '--jsn'], `error: unknown option '--jsn'\n(Did you mean --json?)\n${help('ps')}`],
  [
    ['logs', '-n', 'many'],
    `error: option '-n, --tail <lines>' argument 'many' is invalid. It must be a whole number.\n${help('logs')}`,
  ],
  [
    ['logs', '-n', '-1'],
    `error: option '-n, --tail <lines>' argument '-1' is invalid. It must be a whole number.\n${help('logs')}`,
  ],
  [
    ['logs', '--since', 'yesterday'],
    `error: option '--since <when>' argument 'yesterday' is invalid. It must be a duration such as 10m, or a date and time such as 2026-01-31T12:00:00.\n${help('logs')}`,
  ],
  [
    ['logs', '--grep', '('],
    `error: option '--grep <pattern>' argument '(' is invalid. It must be a regular expression: Invalid regular expression: /(/: Unterminated group.\n${help('logs')}`,
  ],
  [['logs', 'frontend'], `logs frontend: no resource or group "frontend". ${KNOWN}`],
  [['start'], `error: missing required argument 'names'\n${help('start')}`],
  [['stop'], `error: missing required argument 'names'\n${help('stop')}`],
  [
    ['restart', 'api', '--timeout', '5'],
    `error: option '--timeout <duration>' argument '5' is invalid. ${DURATION}\n${help('restart')}`,
  ],
  [['run'], `error: missing required argument 'task'\n${help('run')}`],
  [['run', 'one', 'two'], `error: too many arguments for 'run'. Expected 1 argument but got 2.\n${help('run')}`],
  [['run', 'migrat'], 'run migrat: no resource or group "migrat". Did you mean "migrate"? Groups: back.'],
  [['run', 'api'], 'run: api is a service; devstack start api starts it'],
  [['run', 'db'], 'run: db is a postgres; devstack start db starts it'],
  [['run', 'back'], 'run: back is a group; name one task'],
  [['exec'], `error: missing required argument 'name'\n${help('exec')}`],
  [['exec', 'api'], `error: missing required argument 'argv'\n${help('exec')}`],
  [['exec', 'ghost', '--', 'touch', 'started'], `exec ghost: no resource or group "ghost". ${KNOWN}`],
  [['exec', 'back', '--', 'touch', 'started'], 'exec: back is a group; name one resource'],
  [['env'], 'env takes the name of one resource; env --write takes any number.'],
  [['env', 'db', 'api'], 'env takes the name of one resource; env --write takes any number.'],
  [['env', '--write', 'apy'], 'env --write apy: no resource or group "apy". Did you mean "api"? Groups: back.'],
  [['env', 'apy'], 'env apy: no resource or group "apy". Did you mean "api"? Groups: back.'],
  [['env', 'back'], 'env: back is a group; name one resource'],
  [['why'], `error: missing required argument 'name'\n${help('why')}`],
  [['why', 'ghost'], `why ghost: no resource or group "ghost". ${KNOWN}`],
  [
    ['graph', '--format', 'svg'],
    `error: option '--format <format>' argument 'svg' is invalid. Allowed choices are text, mermaid, json.\n${help('graph')}`,
  ],
  [
    ['render', '--target', 'swarm'],
    `error: option '--target <target>' argument 'swarm' is invalid. Allowed choices are dev, compose, kind.\n${help('render')}`,
  ],
  [['build', 'ghost'], `build ghost: no resource or group "ghost". ${KNOWN}`],
  [
    ['build', '--platform', 'arm64'],
    `error: option '--platform <platforms>' argument 'arm64' is invalid. It must be like linux/arm64, or several with commas.\n${help('build')}`,
  ],
  [
    ['build', '--push'],
    "there is nowhere to push to: write promote: { compose: { registry: 'ghcr.io/acme' } } in the config",
  ],
  [
    ['build', '--platform', 'linux/amd64,linux/arm64'],
    'an image for several platforms (linux/amd64, linux/arm64) is kept by a registry only: add --push',
  ],
  [['check', '--fix'], `error: unknown option '--fix'\n${help('check')}`],
  [['doctor', '--fix'], `error: unknown option '--fix'\n${help('doctor')}`],
  [['init', 'here'], `error: too many arguments for 'init'. Expected 0 arguments but got 1.\n${help('init')}`],
];

test.each(mistakes)('%j', async (argv, message) => {
  expect(await devstack(argv, { cwd: folder, env }).finished).toEqual({ code: 2, stdout: '', stderr: `${message}\n` });
});

/** The same for what cannot be done where there is no stack; these end with 1. */
const nothingThere: readonly (readonly [readonly string[], string])[] = [
  ...['up', 'ps', 'check', 'graph', 'render', 'logs', 'down'].map(
    (command) =>
      [
        [command],
        `There is no devstack.config.ts in ${elsewhere} or above it.\ndevstack init writes one from what is in the folder.`,
      ] as const,
  ),
  [['up', '-c', 'other.ts'], `There is no config file ${elsewhere}/other.ts.`],
  [['ps', '-c', 'other.ts'], `There is no config file ${elsewhere}/other.ts.`],
  [['check', '-c', '.'], `There is no config file ${elsewhere}.`],
];

test.each(nothingThere)('%j where there is no config', async (argv, message) => {
  expect(await devstack(argv, { cwd: elsewhere, env }).finished).toEqual({
    code: 1,
    stdout: '',
    stderr: `${message}\n`,
  });
});

test('none of them started or wrote anything but what devstack keeps for itself', () => {
  expect(readdirSync(folder).sort()).toEqual(['.devstack', 'devstack.config.mts']);
});
