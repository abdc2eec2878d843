import { cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Running } from './devstack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Order {
  readonly id: string;
  readonly status: string;
}

/** The demo as a clone of the repository has it, in a temporary folder. */
export function cloneDemo(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-demo-')));
  const copy = (name: string): void =>
    cpSync(path.join(repository, name), path.join(folder, name), {
      recursive: true,
      filter: (file) => !file.includes('node_modules'),
    });
  for (const name of ['devstack.config.ts', 'examples/shop', 'package.json']) copy(name);
  symlinkSync(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** The address printed when it became ready. */
export function urlOf(stack: Running, name: string): string {
  return stack.output().match(new RegExp(`^${name} +· ready after .*(http://localhost:\\d+)`, 'm'))?.[1] ?? '';
}

export async function order(web: string): Promise<Order> {
  const response = await fetch(`${web}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product: 1, quantity: 2 }),
  });
  return (await response.json()) as Order;
}

export async function findOrder(web: string, id: string): Promise<Order> {
  return (await (await fetch(`${web}/api/orders/${id}`)).json()) as Order;
}

/** Waits until the worker has processed it. */
export async function processed(web: string, id: string): Promise<Order> {
  for (;;) {
    const found = await findOrder(web, id);
    if (found.status === 'processed') return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
