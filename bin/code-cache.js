// For Node 20, which has no `module.enableCompileCache`.
'use strict';
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const { Script } = require('node:vm');

const ENOUGH_MORE = 1.02;
/** To look whether there is more takes 10 ms: one run in so many does, when something is kept. */
const SELDOM = 8;
const folder = path.join(__dirname, '../.cache');

/**
 * Runs a CommonJS file whose first line, a comment, names its contents, and gives what it exports. What was compiled is
 * kept by the name.
 */
function load(file, name) {
  // What runs for seconds only is not worth optimizing: it takes a processor from those who log, and 5 MB.
  v8.setFlagsFromString('--interrupt-budget=500000');
  const source = readFileSync(file, 'latin1');
  // A copy: a part of a text keeps the whole of it, 2 MB.
  const contents = Buffer.from(source.slice(0, source.indexOf('\n') + 1)).toString();
  const kept = path.join(folder, `${name}-${process.version}-${process.arch}`);
  const cachedData = read(kept, contents);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData,
  });
  // V8 rejects what another Node or other flags made.
  const known = cachedData && !script.cachedDataRejected ? cachedData.length * ENOUGH_MORE : 0;
  // At the end, when it is known which functions were needed; a run that needed more adds to what others left.
  process.once('exit', () => {
    if (known > 0 && process.pid % SELDOM > 0) return;
    const data = script.createCachedData();
    if (data.length > known) write(kept, contents, data);
  });
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, createRequire(file), loaded, file, path.dirname(file));
  return loaded.exports;
}

function read(kept, contents) {
  try {
    const bytes = readFileSync(kept);
    return bytes.toString('latin1', 0, contents.length) === contents ? bytes.subarray(contents.length) : undefined;
  } catch {
    return undefined; // the first run
  }
}

function write(kept, contents, data) {
  const fresh = `${kept}-${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(fresh, Buffer.concat([Buffer.from(contents, 'latin1'), data]));
    renameSync(fresh, kept);
  } catch {
    rmSync(fresh, { force: true }); // installed for all users: it works without
  }
}

module.exports = { load };
