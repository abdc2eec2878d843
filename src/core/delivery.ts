/** Tools that make a cluster follow git. */
export const GITOPS = ['argocd', 'flux'] as const;
export type GitopsTool = (typeof GITOPS)[number];
