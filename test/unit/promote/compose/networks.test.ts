import { expect, test } from 'vitest';
import { networksOf } from '../../../../src/promote/compose/networks.ts';
import { EXAMPLES, loadExample, promoteToCompose } from '../../../rig/promote.ts';

test.each(EXAMPLES)('%s: whoever has an address can get there, and nobody else', async (folder) => {
  const { workloads } = promoteToCompose(await loadExample(folder)).plan;
  const { of, all } = networksOf(workloads);
  const shared = (one: string, other: string) =>
    (of.get(one) ?? []).filter((network) => of.get(other)?.includes(network) === true);
  for (const { name, engine, reaches, ports } of workloads) {
    const joined = of.get(name) ?? [];
    expect([name, joined.length > 0]).toEqual([name, true]);
    const hasWayOut = joined.some((network) => all.get(network)?.isInternal === false);
    const isInner = engine !== undefined && !ports.some(({ outside }) => outside);
    if (!isInner) expect([name, hasWayOut]).toEqual([name, true]);
    for (const other of reaches) {
      if (workloads.find((one) => one.name === other)?.ports.length === 0) continue; // waited for, not talked to
      // By any of them: a name leads to any address its owner has in common with who asks.
      expect([name, other, shared(name, other).length > 0]).toEqual([name, other, true]);
      expect([name, other, shared(name, other).includes('outside')]).toEqual([name, other, false]);
    }
  }
  for (const server of workloads.filter(({ role }) => role === 'server')) {
    // Who talks to a server that has a pooler meets that there, too.
    const met = [server.name, ...server.reaches];
    const strangers = workloads.filter(
      ({ role, reaches }) => role !== 'server' && !reaches.some((name) => met.includes(name)),
    );
    for (const { name } of strangers)
      expect([name, server.name, shared(name, server.name).filter((network) => network !== 'outside')]).toEqual([
        name,
        server.name,
        [],
      ]);
  }
});
