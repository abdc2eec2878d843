import type { IngressChoices } from '../../core/deploy.ts';
import { defaultHost } from '../../config/normalize/ingress.ts';
import type { Workload } from '../workload.ts';
import { frontDoorOf, labelsOf, portNames } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { gatewayOf, httpRouteOf } from './http-route.ts';
import type { KubeObject } from './object.ts';
import { seconds } from './probes.ts';

/** With a certificate, or the route of a Gateway; a cluster of one's own machine takes it away again. */
export function ingressOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const door = frontDoorOf(workload);
  if (!door) return [];
  const { name } = workload;
  const { ingress = {} } = workload.cluster;
  const host = hostOf(workload, cluster.stack);
  const gateway = gatewayOf(workload);
  if (gateway) return [httpRouteOf(workload, { gateway, host, port: door }, cluster)];
  const annotations = annotationsOf(ingress);
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name,
        namespace: cluster.namespace,
        labels: labelsOf(workload, cluster),
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      spec: {
        ...(ingress.className !== undefined && { ingressClassName: ingress.className }),
        tls: [{ hosts: [host], secretName: `${name}-tls` }],
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: ingress.path ?? '/',
                  pathType: 'Prefix',
                  backend: { service: { name, port: { name: portNames(workload).get(door) } } },
                },
              ],
            },
          },
        ],
      },
    },
  ];
}

export function hostOf({ name, cluster: { ingress } }: Workload, stack: string): string {
  return ingress?.host ?? defaultHost(name, stack);
}

/** What no field says, each controller has annotations of its own for: known are those of nginx. */
export function uncarriedOf(choices: IngressChoices): readonly string[] {
  const { className, gateway, issuer, rateLimit, readTimeoutMs, maxBodyBytes } = choices;
  if (className === 'nginx') return [];
  const given =
    gateway === undefined
      ? { rateLimit, readTimeout: readTimeoutMs, maxBody: maxBodyBytes }
      : { issuer, rateLimit, maxBody: maxBodyBytes };
  return Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [option]));
}

const MEBIBYTE = 1024 * 1024;

function annotationsOf(choices: IngressChoices): Record<string, string> {
  const { className, annotations, issuer, rateLimit, readTimeoutMs, maxBodyBytes } = choices;
  const nginx =
    className === 'nginx'
      ? {
          ...(rateLimit !== undefined && { 'nginx.ingress.kubernetes.io/limit-rps': String(rateLimit) }),
          ...(readTimeoutMs !== undefined && {
            'nginx.ingress.kubernetes.io/proxy-read-timeout': String(seconds(readTimeoutMs)),
          }),
          ...(maxBodyBytes !== undefined && {
            'nginx.ingress.kubernetes.io/proxy-body-size': `${Math.ceil(maxBodyBytes / MEBIBYTE)}m`,
          }),
        }
      : {};
  return { ...(issuer !== undefined && { 'cert-manager.io/cluster-issuer': issuer }), ...nginx, ...annotations };
}
