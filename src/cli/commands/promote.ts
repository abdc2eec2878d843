import { FailureError } from '../../core/failure.ts';
import type { Context } from '../context.ts';
import { refuseDeliveryFor } from '../promote/delivery/flags.ts';
import { refuseOtherFlags } from '../promote/flags.ts';
import type { PromoteOptions } from '../promote/options.ts';
import { promoteToCompose } from '../promote/compose/promote.ts';
import { promoteToHelm } from '../promote/helm/promote.ts';
import { promoteToKind } from '../promote/kind/promote.ts';
import { applyToContext } from '../promote/kubernetes/apply.ts';
import { promoteToKubernetes } from '../promote/kubernetes/promote.ts';

/** The same file as images and an orchestration that needs no devstack. */
export function promote(context: Context, options: PromoteOptions): Promise<number> {
  refuseDeliveryFor(options);
  refuseOtherFlags(options);
  switch (options.to) {
    case 'compose':
      refuseSecretOptions(options);
      return promoteToCompose(context, options);
    case 'kubernetes':
      return options.apply ? applyToContext(context, options) : promoteToKubernetes(context, options);
    case 'helm':
      return promoteToHelm(context, options);
    case 'kind':
      return promoteToKind(context, options);
  }
}

/** Of another target. */
function refuseSecretOptions({ secrets, secretStore, sealedCert }: PromoteOptions): void {
  const flag = secrets ? 'secrets' : secretStore ? 'secret-store' : sealedCert && 'sealed-cert';
  if (!flag) return;
  const message = `--${flag} is for --to kubernetes; with --to compose secrets are in a file that is not for git`;
  throw new FailureError({ code: 'usage', message });
}
