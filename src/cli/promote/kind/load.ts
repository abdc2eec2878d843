import type { ClusterProvider, ProviderRun } from '../../../cluster/provider.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { hasImage } from '../../../drivers/container/image.ts';
import { counted } from '../../../output/counted.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterReport } from './report.ts';

interface Loading {
  readonly provider: ClusterProvider;
  readonly engine: ReachedEngine;
  readonly place: ClusterPlace;
  readonly run: ProviderRun;
  readonly report: ClusterReport;
}

/** Those that were built, and of the others those that are on this machine: the rest the nodes pull. */
export async function load(
  { provider, engine, place, run, report }: Loading,
  images: readonly string[],
  own: ReadonlySet<string>,
): Promise<void> {
  const here = await Promise.all(
    images.map(async (image) => {
      if (own.has(image)) return [image];
      // Under its digest it cannot be handed over.
      return !image.includes('@') && (await hasImage(engine, image)) ? [image] : [];
    }),
  );
  const wanted = here.flat();
  const present = await provider.present(place.name, wanted, run);
  const missing = wanted.filter((image) => !present.has(image));
  if (missing.length === 0) return;
  await report.step(
    'load',
    () => provider.load(place.name, missing, run),
    () =>
      `${counted(missing.length, 'image')} into ${place.name}${present.size > 0 ? ` (${present.size} already there)` : ''}`,
  );
}
