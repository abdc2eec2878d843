import type { Context } from '../context.ts';
import { refuseDeliveryFor } from '../promote/delivery/flags.ts';
import type { PromoteOptions } from '../promote/options.ts';
import { promoteToCompose } from '../promote/compose/promote.ts';
import { promoteToHelm } from '../promote/helm/promote.ts';
import { promoteToKind } from '../promote/kind/promote.ts';
import { promoteToKubernetes } from '../promote/kubernetes/promote.ts';

/** The same file as images and an orchestration that needs no devstack. */
export function promote(context: Context, options: PromoteOptions): Promise<number> {
  refuseDeliveryFor(options);
  switch (options.to) {
    case 'compose':
      return promoteToCompose(context, options);
    case 'kubernetes':
      return promoteToKubernetes(context, options);
    case 'helm':
      return promoteToHelm(context, options);
    case 'kind':
      return promoteToKind(context, options);
  }
}
