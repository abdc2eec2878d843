import type { ResourceStatus } from '../core/engine.ts';
import type { Exit, Failure } from '../core/failure.ts';
import type { Lifecycle } from '../core/lifecycle.ts';

type Mask = (text: string) => string;

/** A status as it may leave: what programs, servers and probes said is masked like a log. Names stay as they are. */
export function maskedStatus(status: ResourceStatus, mask: Mask): ResourceStatus {
  const { lifecycle, info, progress, lastProbe, trouble } = status;
  const inStep = maskedLifecycle(lifecycle, mask);
  if (inStep === lifecycle && !info?.runtime && progress === undefined && lastProbe === undefined && !trouble)
    return status;
  return {
    ...status,
    lifecycle: inStep,
    ...(info?.runtime && { info: { ...info, runtime: { ...info.runtime, reason: mask(info.runtime.reason) } } }),
    ...(progress !== undefined && { progress: mask(progress) }),
    ...(lastProbe !== undefined && { lastProbe: mask(lastProbe) }),
    ...(status.probes && { probes: status.probes.map(({ at, text }) => ({ at, text: mask(text) })) }),
    ...(trouble && { trouble: maskedFailure(trouble, mask) }),
  };
}

function maskedLifecycle(lifecycle: Lifecycle, mask: Mask): Lifecycle {
  switch (lifecycle.kind) {
    case 'failed':
    case 'backoff':
      return { ...lifecycle, failure: maskedFailure(lifecycle.failure, mask) };
    case 'stopping':
      if (lifecycle.next.kind === 'rest') return lifecycle;
      return { ...lifecycle, next: { ...lifecycle.next, failure: maskedFailure(lifecycle.next.failure, mask) } };
    case 'idle':
    case 'starting':
    case 'running':
    case 'ready':
    case 'done':
      return lifecycle;
  }
}

/** Every field with words that are not ours. */
function maskedFailure(failure: Failure, mask: Mask): Failure {
  let masked = failure;
  if ('reason' in masked) masked = { ...masked, reason: mask(masked.reason) };
  if ('lastProbe' in masked) masked = { ...masked, lastProbe: mask(masked.lastProbe) };
  if ('message' in masked) masked = { ...masked, message: mask(masked.message) };
  if ('command' in masked) masked = { ...masked, command: mask(masked.command) };
  if ('exit' in masked) masked = { ...masked, exit: maskedExit(masked.exit, mask) };
  if ('holder' in masked && masked.holder)
    masked = { ...masked, holder: { ...masked.holder, command: mask(masked.holder.command) } };
  if (masked.code === 'runtime-unavailable')
    masked = { ...masked, tried: masked.tried.map((one) => ({ ...one, reason: mask(one.reason) })) };
  return masked;
}

function maskedExit(exit: Exit, mask: Mask): Exit {
  return exit.kind === 'not-started' ? { ...exit, failure: maskedFailure(exit.failure, mask) } : exit;
}
