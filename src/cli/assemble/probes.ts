import { startProbe } from '../../drivers/probe/schedule.ts';
import { runCheck } from '../../drivers/process/check.ts';
import { RUN_ID, runIdOf } from '../../drivers/process/run-id.ts';
import type { Guardian } from '../../drivers/process/guardian.ts';
import type { StartProbe } from '../../engine/ports.ts';

/** Probes of native processes; commands run with the environment of the resource, in its folder, and end with the probe. */
export function createProbes(sessionId: string, guardian: Guardian): StartProbe {
  return ({ resource, check, spec, mode, onLine }, onResult) => {
    const abort = new AbortController();
    const cwd = resource.kind === 'container' ? '/' : resource.cwd;
    const env = { ...spec.env, [RUN_ID]: `${runIdOf(sessionId, resource.name, spec.run)}.check` };
    const stop = startProbe(
      {
        check,
        mode,
        ports: spec.ports,
        onLine,
        runCommand: (command, timeoutMs) => runCheck({ command, cwd, env, timeoutMs, signal: abort.signal, guardian }),
      },
      onResult,
    );
    return () => {
      stop();
      abort.abort();
    };
  };
}
