import { imageName, TAG } from '../kubernetes/container.ts';
import { buildsOf } from '../builds.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import type { FileTree } from '../tree.ts';

/** Overlays others than whoever has this machine are brought to. */
export const DELIVERED = ['staging', 'production'] as const;

export interface Release {
  /** `deploy/k8s`. */
  readonly folder: string;
  readonly cluster: Cluster;
  /** Before the names of images where they are pushed to. */
  readonly imagePrefix: string;
}

/** Below the root: what runs where, which is an overlay with tags of images. */
export function releaseFolder(folder: string, release: (typeof DELIVERED)[number] | 'canary'): string {
  return `${folder}/releases/${release}`;
}

/** Names of built images without their tags: as they stand in the base, and as they are pushed. */
export function releasedImages({ cluster, imagePrefix }: Release): readonly { name: string; newName: string }[] {
  return buildsOf(cluster.workloads).map((build) => {
    const name = imageName({ kind: 'built', build }, cluster).slice(0, -`:${TAG}`.length);
    return { name, newName: `${imagePrefix}/${build.name}` };
  });
}

/** Files that are written once: whoever deploys changes the tags in them. */
export function releaseFiles(release: Release): FileTree {
  const images = releasedImages(release);
  return new Map(
    DELIVERED.map((overlay) => {
      const head = [
        `What runs in ${overlay}. devstack wrote this once and leaves it alone: tags are set here, for example by`,
        `kustomize edit set image ${images[0]?.name ?? 'name'}=${images[0]?.newName ?? 'name'}:3f9c2a1b7d04`,
      ];
      const kustomization = {
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: [`../../overlays/${overlay}`],
        ...(images.length > 0 && { images: images.map((image) => ({ ...image, newTag: TAG })) }),
      };
      return [`${releaseFolder(release.folder, overlay)}/kustomization.yaml`, yamlText(head, [kustomization])] as const;
    }),
  );
}
