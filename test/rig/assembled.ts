import path from 'node:path';
import { assemble, type Assembly } from '../../src/cli/assemble/engine.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { LogLine, ResourceStatus } from '../../src/core/engine.ts';
import type { Rig } from './rig.ts';

/** A whole engine with its real drivers, in the process of the test. */
export interface Assembled extends AsyncDisposable {
  readonly assembly: Assembly;
  readonly problems: readonly string[];
  /** The newest status, or the next one that fits. */
  status(name: string, fits?: (status: ResourceStatus) => boolean): Promise<ResourceStatus>;
  /** The first line of its log that matches, from the beginning. */
  line(name: string, pattern: RegExp): Promise<LogLine>;
  /** The next notice that matches. */
  notice(pattern: RegExp): Promise<string>;
}

export async function assembleStack(rig: Rig, config: string): Promise<Assembled> {
  rig.write('devstack.config.ts', `import { defineConfig, service, task, worker } from 'devstack';\n${config}`);
  const state = path.join(rig.folder, 'state');
  const env = { ...process.env, ...rig.env, XDG_STATE_HOME: state, XDG_RUNTIME_DIR: path.join(state, 'run') };
  const problems: string[] = [];
  const assembly = await assemble({
    config: await loadConfig({ cwd: rig.folder }),
    env,
    cleanup: () => ['true'],
    onProblem: (text) => problems.push(text),
  });
  const { engine } = assembly;
  const over = new AbortController();
  const notices: string[] = [];
  let wake: (() => void)[] = [];
  const watching = (async () => {
    for await (const event of engine.watch(over.signal)) {
      if (event.kind === 'notice') notices.push(event.text);
      const woken = wake;
      wake = [];
      for (const callback of woken) callback();
    }
  })();
  const next = (): Promise<void> => new Promise((resolve) => wake.push(resolve));
  return {
    assembly,
    problems,
    async status(name, fits = () => true) {
      for (;;) {
        const status = engine.snapshot().statuses.find((one) => one.name === name);
        if (status && fits(status)) return status;
        await next();
      }
    },
    async line(name, pattern) {
      const stop = new AbortController();
      for await (const lines of engine.logs({ resources: [name], follow: true }, stop.signal)) {
        const found = lines.find(({ text }) => pattern.test(text));
        if (found) return found;
      }
      throw new Error(`the log of ${name} ended without ${pattern}`);
    },
    async notice(pattern) {
      for (;;) {
        const index = notices.findIndex((text) => pattern.test(text));
        const [found] = index < 0 ? [] : notices.splice(index, 1);
        if (found !== undefined) return found;
        await next();
      }
    },
    async [Symbol.asyncDispose]() {
      await engine.send({ kind: 'kill' });
      await engine.ended;
      over.abort();
      await watching;
      await assembly.close();
    },
  };
}
