/** Tools that make a cluster follow git. */
export const GITOPS = ['argocd', 'flux'] as const;
export type GitopsTool = (typeof GITOPS)[number];

/** Services that run a workflow. */
export const CI = ['github'] as const;
export type CiService = (typeof CI)[number];

/** Ways a cluster measures what runs in it: Prometheus reads annotations of pods, or objects of its operator. */
export const MONITORING = ['annotations', 'operator'] as const;
export type Monitoring = (typeof MONITORING)[number];
