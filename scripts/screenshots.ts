// Draws the pictures of the README anew from a real run of the demo: tsx scripts/screenshots.ts
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { devstackOnScreen } from '../test/rig/screen.ts';
import { svgOf } from './svg.ts';

const root = path.resolve(import.meta.dirname, '..');
// As on the first start.
rmSync(path.join(root, '.devstack/tui.json'), { force: true });
await using screen = devstackOnScreen(['up'], { cwd: root, columns: 116, rows: 30 });
const rows = await screen.until(/all 5 ready in/);
await screen.until(/Products as JSON/);
const api = /api +(http:\/\/localhost:\d+)/.exec(rows.join('\n') + screen.text().join('\n'))?.[1];
if (api === undefined) throw new Error('the address of the api is not on the screen');
await screen.until(/ \d+M /);
const products = (await (await fetch(`${api}/products`)).json()) as readonly { readonly id: number }[];
for (const { id } of products.slice(0, 3)) {
  await fetch(`${api}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product: id, quantity: 2 }),
  });
}
await screen.until(/worker +\| .*(?:order|sent|done|packed)/);
screen.press('t', '/');
screen.type('order');
screen.press('enter');
await screen.until(/\d\d:\d\d:\d\d\.\d{3} .*order/);
writeFileSync(path.join(root, 'docs', 'screen.svg'), svgOf(screen.cells()));
