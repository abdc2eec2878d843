import type { Reporter, TestModule } from 'vitest/node';

/** Says what was skipped and why, so that a skip is never silent; closes with one plain line of counts. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped = new Map<string, number>();
    for (const module of modules) {
      if (module.children.size === 0 && module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') continue;
        counts[state] += 1;
        if (state !== 'skipped') continue;
        const suite = test.parent.type === 'suite' ? test.parent.name : test.name;
        const key = `${module.relativeModuleId}: ${suite}`;
        skipped.set(key, (skipped.get(key) ?? 0) + 1);
      }
    }
    for (const [key, count] of skipped) console.log(`SKIPPED ${count} in ${key}`);
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
