import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ClusterProvider } from '../../../cluster/provider.ts';
import type { Stack } from '../../../core/stack.ts';
import { instanceOf } from '../../../project/instance.ts';
import { projectPaths } from '../../../project/paths.ts';

/** Where the cluster of a checkout is, and what leads to it. */
export interface ClusterPlace {
  readonly name: string;
  /** The config names it: others may have something in it. */
  readonly isShared: boolean;
  readonly kubeconfig: string;
  readonly state: string;
}

/** Each checkout has its own, unless the config names one. */
export function clusterPlace(
  { name: stack, root, kind }: Pick<Stack, 'name' | 'root' | 'kind'>,
  { tool, longestName }: Pick<ClusterProvider, 'tool' | 'longestName'>,
): ClusterPlace {
  const own = tool === 'kind' ? kind?.cluster : undefined;
  const name = own ?? `devstack-${instanceOf(stack, root, undefined)}`;
  const folder = path.join(projectPaths(root).folder, tool);
  return {
    name: name.length <= longestName ? name : `${name.slice(0, longestName - 7)}-${hash(name)}`,
    isShared: own !== undefined,
    kubeconfig: path.join(folder, 'kubeconfig'),
    state: path.join(folder, 'state.json'),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
