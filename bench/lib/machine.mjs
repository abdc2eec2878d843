import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';
import { versionOf } from './tools.mjs';

/** What the figures were taken on. */
export function describeMachine(compiler) {
  const processors = cpus();
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
  const peers = ['concurrently', 'nodemon', 'mprocs', 'turbo'].map(
    (name) => `${name} ${versionOf(name) ?? '(not installed: npm install --prefix bench)'}`,
  );
  return [
    `${type()} ${release()} ${arch()}, ${processors.length} x ${processors[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.versions.node}, devstack ${own}, ${peers.join(', ')}`,
    `compiler for producers: ${compiler}; load average at the start: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  ];
}
