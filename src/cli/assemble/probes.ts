import { startProbe } from '../../drivers/probe/schedule.ts';
import { runCheck } from '../../drivers/process/check.ts';
import type { StartProbe } from '../../engine/ports.ts';

/** Probes of native processes; commands run with the environment of the resource, in its folder. */
export function createProbes(): StartProbe {
  return ({ resource, check, spec, mode, onLine }, onResult) => {
    const cwd = resource.kind === 'container' ? '/' : resource.cwd;
    return startProbe(
      {
        check,
        mode,
        ports: spec.ports,
        onLine,
        runCommand: (command, timeoutMs) => runCheck({ command, cwd, env: spec.env, timeoutMs }),
      },
      onResult,
    );
  };
}
