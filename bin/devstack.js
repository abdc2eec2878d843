#!/usr/bin/env node
// Kept small: `--version` answers before anything else is loaded. CommonJS, which Node starts 5 ms sooner.
'use strict';
const { readFileSync } = require('node:fs');
const path = require('node:path');

const { version } = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8'));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  console.log(version);
} else if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`devstack needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  // Only what a command runs is kept: a file for each that must be quick, or has flags of its own, and one for the others.
  const name = ['up', 'attach', 'ps', 'promote', 'lint'].includes(process.argv[2]) ? process.argv[2] : 'other';
  // These compute for a second and end.
  if (name !== 'promote' && name !== 'lint') {
    const v8 = require('node:v8');
    // What a log line leaves behind dies at once: a larger nursery would be memory and nothing else.
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    // The heap is cleaned when it has grown by half, not by three times: what was only needed for the start goes early.
    v8.setFlagsFromString('--heap-growing-percent=50');
    // V8 tidies up 8 s after the last work. For a stack that is silent that is all it costs, and nothing needs the memory.
    v8.setFlagsFromString('--gc-memory-reducer-start-delay-ms=600000');
  }
  const { main } = load('main', name);
  void main(
    process.argv.slice(2),
    version,
    async () => load('tui', 'tui'),
    async () => load('mcp', 'mcp'),
  );
}

/** Reading the code costs more than running it, so what Node made of it is kept. */
function load(part, name) {
  const file = path.join(__dirname, `../dist/bundle/${part}.cjs`);
  const { enableCompileCache } = require('node:module');
  if (!enableCompileCache) return require('./code-cache.js').load(file, name);
  enableCompileCache();
  return require(file);
}
