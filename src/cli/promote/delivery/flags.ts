import { FailureError } from '../../../core/failure.ts';
import type { PromoteOptions } from '../options.ts';

const FLAGS = ['gitops', 'ci', 'canary', 'monitoring'] as const;

/** Asked for another target. */
export function refuseDeliveryFor(options: PromoteOptions): void {
  const flag = FLAGS.find((one) => options[one] !== undefined);
  if (flag === undefined || (options.to === 'kubernetes' && options.apply !== true)) return;
  if (options.to === 'kubernetes')
    throw new FailureError({
      code: 'usage',
      message: `--${flag} writes files, and --apply applies them: do one, then the other`,
    });
  const message = `--${flag} is for --to kubernetes: it is about the files in deploy/k8s, which --to ${options.to} does not deliver`;
  throw new FailureError({ code: 'usage', message });
}
