/** Of one that watches a Redis: it has no data. */
export const SENTINEL_RESOURCES = {
  requests: { cpu: '20m', memory: '32Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '200m', memory: '128Mi', 'ephemeral-storage': '1Gi' },
};
