import type { GitopsTool } from '../../core/delivery.ts';
import type { KubernetesOutput } from '../kubernetes/index.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import { generatedBy } from '../tree.ts';
import type { FileTree } from '../tree.ts';
import { argoApplication, argoPatches } from './argocd.ts';
import { chartFiles } from './chart-releases.ts';
import { fluxObjects } from './flux.ts';
import { DELIVERED, releaseFolder } from './release.ts';
import type { Repository } from './repository.ts';

/** Of generated files, below the root. */
export const GITOPS_FOLDER = 'deploy/gitops';

/** Where the values of secrets are: in files of whoever promotes, in git, encrypted, or in the cluster already. */
export type SecretsPlace = 'files' | 'sops' | 'cluster';

export interface GitopsOptions {
  readonly repository: Repository;
  /** `deploy/k8s`. */
  readonly folder: string;
  readonly command: string;
  readonly secrets: SecretsPlace;
  /** A new version is tried in production. */
  readonly hasCanary?: boolean;
}

/** What tells a controller in a cluster which folder of git it has to be like. */
export function gitopsFiles(tool: GitopsTool, made: KubernetesOutput, options: GitopsOptions): FileTree {
  const { repository, folder, command, secrets, hasCanary = false } = options;
  const { stack, namespace } = made.cluster;
  const head = generatedBy(command, 'Written again each time with --gitops; what is to be different goes beside it.');
  const text = (object: unknown) => yamlText(head, [object]);
  const kinds = new Set(made.objects.map(({ kind }) => kind));
  const at = `${GITOPS_FOLDER}/${tool}`;
  return new Map(
    DELIVERED.flatMap((overlay): (readonly [string, string])[] => {
      const release = overlay === 'production' && hasCanary ? 'canary' : overlay;
      const charts = chartFiles(tool, made.releases, { stack, namespace, overlay }).map(
        ([file, objects]) => [`${at}/${file}`, yamlText(head, objects)] as const,
      );
      const path = `${repository.prefix}${releaseFolder(folder, release)}`;
      switch (tool) {
        case 'argocd': {
          const { url: repoURL, branch: targetRevision } = repository;
          const patches = argoPatches(made, release === 'canary');
          const application = { stack, namespace, overlay, repoURL, targetRevision, path, patches };
          return [[`${at}/${overlay}.yaml`, text(argoApplication(application))], ...charts];
        }
        case 'flux': {
          const { url, branch } = repository;
          const decrypts = secrets === 'sops' && made.needed.length > 0;
          const { source, kustomization } = fluxObjects({ stack, overlay, url, branch, path, kinds, decrypts });
          // One called kustomization.yaml would be read by kustomize, whose file of that name is another.
          return [
            [`${at}/clusters/${overlay}/gitrepository.yaml`, text(source)],
            [`${at}/clusters/${overlay}/sync.yaml`, text(kustomization)],
            ...charts,
          ];
        }
      }
    }),
  );
}
