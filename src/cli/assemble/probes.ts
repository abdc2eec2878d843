import type { Resource } from '../../core/stack.ts';
import type { EngineResult } from '../../drivers/container/client.ts';
import { startProbe, type RunCommand } from '../../drivers/probe/schedule.ts';
import { runCheck } from '../../drivers/process/check.ts';
import { RUN_ID, runIdOf } from '../../drivers/process/run-id.ts';
import type { Guardian } from '../../drivers/process/guardian.ts';
import type { StartProbe } from '../../engine/ports.ts';
import { within } from '../within.ts';

export interface ProbeParts {
  readonly sessionId: string;
  /** Whose container a resource has. */
  readonly instanceOf: (resource: string) => string;
  readonly guardian: Guardian;
  readonly connect: () => Promise<EngineResult>;
  /** True for a server that runs on this machine and not in a container. */
  readonly onHost: (resource: string) => boolean;
}

/** Commands run with the environment of the resource, in its folder or its container, and end with the probe. */
export function createProbes({ sessionId, instanceOf, guardian, connect, onHost }: ProbeParts): StartProbe {
  return ({ resource, check, spec, mode, onLine }, onResult) => {
    const abort = new AbortController();
    const cwd = resource.kind === 'container' ? '/' : resource.cwd;
    const env = { ...spec.env, [RUN_ID]: `${runIdOf(sessionId, resource.name, spec.run)}.check` };
    const isInContainer = resource.kind === 'container' && !onHost(resource.name);
    const stop = startProbe(
      {
        check,
        mode,
        ports: spec.ports,
        ...(resource.kind === 'process' && resource.elsewhere && { elsewhere: resource.elsewhere }),
        ...(isInContainer && { beside: besideContainer(resource, instanceOf(resource.name), connect) }),
        onLine,
        runCommand: isInContainer
          ? runInContainer(resource, instanceOf(resource.name), connect)
          : (command, timeoutMs) => runCheck({ command, cwd, env, timeoutMs, signal: abort.signal, guardian }),
      },
      onResult,
    );
    return () => {
      stop();
      abort.abort();
    };
  };
}

/** Asked of the engine once it is known; a container keeps its address for a run. */
function besideContainer({ name, ports }: Resource, instance: string, connect: ProbeParts['connect']) {
  let host: string | undefined;
  return async (port: string) => {
    const inside = ports.find((one) => one.name === port)?.containerPort;
    host ??= await addressOf(instance, name, connect).catch(() => undefined); // as good as an engine that is elsewhere
    return host === undefined || inside === undefined ? undefined : { host, port: inside };
  };
}

async function addressOf(
  instance: string,
  resource: string,
  connect: ProbeParts['connect'],
): Promise<string | undefined> {
  const [engine, { addressBeside }] = await Promise.all([connect(), import('../../drivers/container/beside.ts')]);
  return engine.kind === 'engine' ? addressBeside(engine, { instance, resource }) : undefined;
}

/** The engine cannot end a command it has begun, so one that takes too long is left to itself. */
function runInContainer({ name }: Resource, instance: string, connect: ProbeParts['connect']): RunCommand {
  return async (command, timeoutMs) => {
    const [engine, { askInContainer }] = await Promise.all([connect(), import('../../drivers/container/exec.ts')]);
    if (engine.kind === 'unreachable') return `cannot be run: ${engine.reason}`;
    const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
    const running = askInContainer(engine, { instance, resource: name }, argv).then(
      ({ code }) => code,
      (error: unknown) => `cannot be run: ${error instanceof Error ? error.message : String(error)}`,
    );
    return (await within(timeoutMs, running)) ?? `gives no answer within ${timeoutMs} ms`;
  };
}
