import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMarker, writeMarker } from '../../../src/drivers/data/marker.ts';
import { removeData } from '../../../src/drivers/data/remove.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-marker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['inside', 'outside'])(
  'a copy of a checkout removes its own data only, wherever the first has its: %s',
  async (where) => {
    const first = path.join(folder, 'first');
    const copy = path.join(folder, 'copy');
    const own = path.join(first, 'data/db');
    const data = where === 'inside' ? path.join(own, 'pgdata') : path.join(folder, 'elsewhere/db');
    mkdirSync(data, { recursive: true });
    const marker = { runtime: 'embedded', engine: 'postgres', major: 17, data, login: 'hash' } as const;
    await writeMarker(own, marker);
    cpSync(first, copy, { recursive: true });
    const there = path.join(copy, 'data/db');
    expect(await readMarker(own)).toEqual(marker);
    expect(await readMarker(there)).toEqual(
      where === 'inside' ? { ...marker, data: path.join(there, 'pgdata') } : undefined,
    );
    await removeData(copy);
    expect([existsSync(data), existsSync(own)]).toEqual([true, true]);
    await removeData(first);
    expect([existsSync(data), existsSync(own)]).toEqual([false, false]);
  },
);
