import type { GitopsTool } from '../../core/delivery.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import type { ChartRelease } from '../kubernetes/operators/redis-chart.ts';
import { FLUX_NAMESPACE } from './flux.ts';

export interface ChartPlace {
  readonly stack: string;
  readonly namespace: string;
  readonly overlay: string;
}

/** What tells a controller in a cluster of a chart of others: its place below the folder of the tool, and the objects. */
export function chartFiles(
  tool: GitopsTool,
  releases: readonly ChartRelease[],
  place: ChartPlace,
): readonly (readonly [path: string, objects: readonly KubeObject[]])[] {
  const { overlay } = place;
  return releases.map((release) => {
    const { server } = release;
    switch (tool) {
      case 'argocd':
        return [`${overlay}-${server}.yaml`, [argoChart(release, place)]];
      case 'flux':
        return [`clusters/${overlay}/${server}.yaml`, fluxChart(release, place)];
    }
  });
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ */
function argoChart(release: ChartRelease, { stack, namespace, overlay }: ChartPlace): KubeObject {
  const { server, chart, version, values, ownFields } = release;
  const slash = chart.lastIndexOf('/');
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `${stack}-${overlay}-${server}`, namespace: 'argocd', labels: labelsOf(stack) },
    spec: {
      project: 'default',
      source: {
        repoURL: chart.slice(0, slash),
        chart: chart.slice(slash + 1),
        targetRevision: version,
        helm: { releaseName: server, valuesObject: values },
      },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      // It would be put back to what the chart has, which leads nowhere.
      ignoreDifferences: ownFields,
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
      },
    },
  };
}

/** https://fluxcd.io/flux/components/helm/helmreleases/ */
function fluxChart(release: ChartRelease, { stack, namespace }: ChartPlace): readonly KubeObject[] {
  const { server, chart, version, values } = release;
  const metadata = { name: `${stack}-${server}`, namespace: FLUX_NAMESPACE, labels: labelsOf(stack) };
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata,
      spec: {
        interval: '1h',
        url: `oci://${chart}`,
        ref: { tag: version },
        layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
      },
    },
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata,
      spec: {
        interval: '1h',
        chartRef: { kind: 'OCIRepository', name: metadata.name },
        releaseName: server,
        targetNamespace: namespace,
        storageNamespace: namespace,
        // The namespace, and the Secret, come with the rest of the stack.
        install: { remediation: { retries: -1 } },
        values,
      },
    },
  ];
}

function labelsOf(stack: string): Record<string, string> {
  return { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'devstack' };
}
