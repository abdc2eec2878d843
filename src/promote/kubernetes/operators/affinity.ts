/** Each pod of a server on a node of its own, as far as it goes. */
export function apart(podLabel: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels: podLabel }, topologyKey: 'kubernetes.io/hostname' },
        },
      ],
    },
  };
}
