import type { Deploy, IngressChoices } from '../../core/deploy.ts';
import type { WrittenDeploy } from '../options/deploy.ts';

/** What targets need to know, as data. */
export function deployOf(
  written: WrittenDeploy | undefined,
  servicePorts: Pick<Deploy, 'servicePorts'> = {},
): { readonly deploy?: Deploy } {
  if (!written) return {};
  const { replicas, autoscale, resources, ingress, strategy, serviceAccount, labels, annotations } = written;
  const { drain, priorityClass, mode, storage, storageClass } = written;
  return {
    deploy: {
      ...(written.kind !== undefined && { kind: written.kind }),
      ...(written.vpa !== undefined && { vpa: written.vpa }),
      ...(replicas !== undefined && { replicas }),
      ...(autoscale && { autoscale }),
      ...(resources && { resources }),
      ...(written.qos !== undefined && { qos: written.qos }),
      ...(written.public !== undefined && { public: written.public }),
      ...(ingress !== undefined && { hasIngress: ingress !== false, ingress: ingressChoices(ingress) }),
      ...servicePorts,
      ...(strategy && { strategy }),
      ...(serviceAccount !== undefined && { serviceAccount }),
      ...(written.permissions && { permissions: written.permissions }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(written.waitFor !== undefined && { waitFor: written.waitFor }),
      ...(written.secretsAs === 'files' && { secretsAs: written.secretsAs }),
      ...(drain !== undefined && { drainMs: drain }),
      ...(priorityClass !== undefined && { priorityClass }),
      ...(mode !== undefined && { mode }),
      ...(storage !== undefined && { storageBytes: storage }),
      ...(storageClass !== undefined && { storageClass }),
      given: Object.keys(written),
    },
  };
}

function ingressChoices(written: NonNullable<WrittenDeploy['ingress']>): IngressChoices {
  if (typeof written === 'boolean') return {};
  if (typeof written === 'string') return { host: written };
  const { readTimeout, maxBody, ...same } = written;
  return {
    ...same,
    ...(readTimeout !== undefined && { readTimeoutMs: readTimeout }),
    ...(maxBody !== undefined && { maxBodyBytes: maxBody }),
  };
}
