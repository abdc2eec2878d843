import type { Deploy } from '../../core/deploy.ts';
import type { WrittenDeploy } from '../options/deploy.ts';

/** What targets need to know, as data. */
export function deployOf(written: WrittenDeploy | undefined): { readonly deploy?: Deploy } {
  if (!written) return {};
  const { replicas, autoscale, resources, ingress } = written;
  const { min, max } = autoscale ?? {};
  return {
    deploy: {
      ...(replicas !== undefined && { replicas }),
      ...(autoscale && { autoscale: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) } }),
      ...(resources && { resources }),
      ...(written.public !== undefined && { public: written.public }),
      ...(ingress !== undefined && { hasIngress: ingress !== false }),
      given: Object.keys(written),
    },
  };
}
