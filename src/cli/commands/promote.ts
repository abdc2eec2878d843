import { FailureError } from '../../core/failure.ts';
import type { Context } from '../context.ts';
import { refuseDeliveryFor } from '../promote/delivery/flags.ts';
import { refuseOtherFlags } from '../promote/flags.ts';
import type { PromoteOptions } from '../promote/options.ts';

/** The same file as images and an orchestration that needs no devstack. Only the one that is asked for is loaded. */
export async function promote(context: Context, options: PromoteOptions): Promise<number> {
  refuseDeliveryFor(options);
  refuseOtherFlags(options);
  switch (options.to) {
    case 'compose':
      refuseSecretOptions(options);
      return (await import('../promote/compose/promote.ts')).promoteToCompose(context, options);
    case 'kubernetes':
      if (options.apply) return (await import('../promote/kubernetes/apply.ts')).applyToContext(context, options);
      return (await import('../promote/kubernetes/promote.ts')).promoteToKubernetes(context, options);
    case 'helm':
      return (await import('../promote/helm/promote.ts')).promoteToHelm(context, options);
    case 'kind':
    case 'k3d':
    case 'minikube':
      return (await import('../promote/kind/promote.ts')).promoteToLocal(context, options, options.to);
  }
}

/** Of another target. */
function refuseSecretOptions({ secrets, secretStore, sealedCert }: PromoteOptions): void {
  const flag = secrets ? 'secrets' : secretStore ? 'secret-store' : sealedCert && 'sealed-cert';
  if (!flag) return;
  const message = `--${flag} is for --to kubernetes; with --to compose secrets are in a file that is not for git`;
  throw new FailureError({ code: 'usage', message });
}
