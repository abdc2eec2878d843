import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InCluster } from './promote.ts';

/** The files of a promotion in a folder of their own, and what kubectl makes of them. */
export interface Kustomized extends Disposable {
  readonly folder: string;
  /** The text of a base or an overlay. */
  built(below: string): string;
}

/** With values for all secrets that are asked for. */
export function kustomized(clients: string, { tree, overlays, needed }: InCluster): Kustomized {
  const folder = mkdtempSync(path.join(tmpdir(), 'devstack-kustomize-'));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const [name, text] of tree) write(name, text);
  const values = new Map(needed.map(({ variable }) => [variable, `value-of-${variable}`]));
  for (const overlay of overlays)
    for (const { path: file, textOf } of overlay.sources.flatMap((source) => source.files)) {
      const made = textOf(values);
      if (made.kind === 'text') write(`${overlay.folder}/${file}`, made.text);
    }
  return {
    folder,
    built: (below) =>
      execFileSync(path.join(clients, 'kubectl'), ['kustomize', path.join(folder, below)], {
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
