'use strict';
// Every Node process of a service that is debugged loads this first. The program itself then listens for a debugger;
// what only starts it (npm, tsx, nodemon …) does not, or it would take the port and stop at nobody's breakpoints.
const { realpathSync } = require('node:fs');
const inspector = require('node:inspector');
const { isMainThread } = require('node:worker_threads');

const PACKAGES =
  'npm|pnpm|corepack|yarn|tsx|nodemon|ts-node-dev|concurrently|cross-env|dotenv-cli|env-cmd|npm-run-all2?|turbo|nx|wireit|lerna|@nestjs/cli';
const STARTERS = [
  new RegExp(`/node_modules/(?:${PACKAGES})/`),
  /\/(?:npm|npx|pnpm|pnpx|yarn|corepack|yarn-[\d.]+)(?:-cli)?\.[cm]?js$/,
  /\/node_modules\/next\/dist\/bin\/next$/,
];

const port = Number(process.env.DEVSTACK_INSPECT_PORT);
if (isMainThread && port > 0 && !onlyStarts()) {
  // What it starts in turn has no place there.
  delete process.env.DEVSTACK_INSPECT_PORT;
  inspector.open(port, '127.0.0.1');
}

function onlyStarts() {
  const watches = process.execArgv.some((option) => option.startsWith('--watch'));
  if (watches && process.env.WATCH_REPORT_DEPENDENCIES === undefined) return true;
  const file = real(process.argv[1] ?? '').replaceAll('\\', '/');
  return STARTERS.some((pattern) => pattern.test(file));
}

function real(file) {
  try {
    return realpathSync(file);
  } catch {
    return file; // there is none: `node -e`
  }
}
