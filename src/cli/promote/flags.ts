import { LOCAL_CLUSTERS } from '../../core/cluster.ts';
import type { LocalCluster } from '../../core/cluster.ts';
import { FailureError } from '../../core/failure.ts';
import type { PromoteOptions } from './options.ts';

type Way = 'compose' | 'kubernetes' | 'kubernetes --apply' | 'helm' | LocalCluster;

/** Flags of clusters, and where they do something: where they do not, somebody hoped for something else. */
const WAYS: Readonly<Partial<Record<keyof PromoteOptions, readonly Way[]>>> = {
  apply: ['kubernetes --apply'],
  context: ['kubernetes --apply'],
  tag: ['kubernetes --apply'],
  delete: LOCAL_CLUSTERS,
  keepCluster: LOCAL_CLUSTERS,
  yes: LOCAL_CLUSTERS,
  nodes: LOCAL_CLUSTERS,
  nodeImage: LOCAL_CLUSTERS,
  portOffset: LOCAL_CLUSTERS,
  registry: ['kind'],
  withData: LOCAL_CLUSTERS,
  recreate: [...LOCAL_CLUSTERS, 'kubernetes --apply'],
  pruneVolumes: [...LOCAL_CLUSTERS, 'kubernetes --apply'],
  json: [...LOCAL_CLUSTERS, 'kubernetes --apply'],
  diff: ['compose', 'kubernetes', 'helm'],
  check: ['compose', 'kubernetes', 'helm'],
  explain: ['compose', 'kubernetes', 'helm'],
  stdout: ['compose', 'kubernetes', 'helm'],
  up: ['compose', 'kubernetes', 'helm'],
  down: ['compose', 'kubernetes', 'helm'],
};

/** What is for another target is refused, with the name of that. */
export function refuseOtherFlags(options: PromoteOptions): void {
  const way: Way = options.to === 'kubernetes' && options.apply ? 'kubernetes --apply' : options.to;
  for (const [name, ways] of Object.entries(WAYS)) {
    const value = options[name as keyof PromoteOptions];
    if (value === undefined || value === false || ways.includes(way)) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const message = `--${flag} is for ${ways.map((one) => `--to ${one}`).join(' and ')}, and does nothing with --to ${way}`;
    throw new FailureError({ code: 'usage', message });
  }
}
