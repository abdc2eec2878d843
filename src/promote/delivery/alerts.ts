interface Watched {
  readonly namespace: string;
  /** Those that tell of their requests, by name. */
  readonly services: readonly string[];
  readonly hasVolumes: boolean;
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'warning' | 'critical' };
  readonly annotations: { readonly summary: string };
}

/** By metrics of the kubelet and of kube-state-metrics, and the usual ones of programs: http_requests_total, http_request_duration_seconds. */
export function alertRules({ namespace, services, hasVolumes }: Watched): readonly Alert[] {
  const here = `namespace="${namespace}"`;
  const share = (used: string, resource: string): string =>
    `sum by (pod, container) (${used}) / sum by (pod, container) (kube_pod_container_resource_limits{${here},resource="${resource}"}) > 0.9`;
  return [
    {
      alert: 'CrashLoop',
      expr: `max by (pod, container) (kube_pod_container_status_waiting_reason{${here},reason="CrashLoopBackOff"}) > 0`,
      for: '5m',
      labels: { severity: 'critical' },
      annotations: { summary: '{{ $labels.container }} of {{ $labels.pod }} ends again and again' },
    },
    {
      alert: 'Restarts',
      expr: `sum by (pod, container) (increase(kube_pod_container_status_restarts_total{${here}}[1h])) > 3`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: '{{ $labels.container }} of {{ $labels.pod }} was started again more than 3 times an hour',
      },
    },
    {
      alert: 'CpuNearLimit',
      expr: share(`rate(container_cpu_usage_seconds_total{${here},container!=""}[5m])`, 'cpu'),
      for: '15m',
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $labels.container }} of {{ $labels.pod }} uses over 90 % of its CPU' },
    },
    {
      alert: 'MemoryNearLimit',
      expr: share(`container_memory_working_set_bytes{${here},container!=""}`, 'memory'),
      for: '15m',
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $labels.container }} of {{ $labels.pod }} uses over 90 % of its memory' },
    },
    ...(hasVolumes
      ? [
          {
            alert: 'VolumeFilling',
            expr: `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}}) > 0.85`,
            for: '15m',
            labels: { severity: 'critical' },
            annotations: { summary: 'The volume {{ $labels.persistentvolumeclaim }} is over 85 % full' },
          } as const,
        ]
      : []),
    ...(services.length > 0 ? ofRequests(`${here},service=~"(?:${services.join('|')})(?:-canary)?"`) : []),
  ];
}

/** Programs call the code of an answer `status`, or `code`. */
function ofRequests(those: string): readonly Alert[] {
  const failed = ['status', 'code']
    .map((label) => `rate(http_requests_total{${those},${label}=~"5.."}[5m])`)
    .join(' or ');
  return [
    {
      alert: 'ServerErrors',
      expr: `sum by (service) (${failed}) / sum by (service) (rate(http_requests_total{${those}}[5m])) > 0.05`,
      for: '5m',
      labels: { severity: 'critical' },
      annotations: { summary: '{{ $labels.service }} answers over 5 % of its requests with an error of its own' },
    },
    {
      alert: 'SlowAnswers',
      expr: `histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket{${those}}[5m]))) > 1`,
      for: '15m',
      labels: { severity: 'warning' },
      annotations: { summary: 'One of twenty requests to {{ $labels.service }} takes over a second' },
    },
  ];
}
