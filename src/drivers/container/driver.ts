import type { Sink, StartSpec } from '../../core/driver.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { FirstStarts } from './first-start.ts';
import type { EngineResult, Env } from './client.ts';
import type { LocalImage } from './image.ts';
import { createSurroundings } from './network.ts';
import { ContainerRun } from './run.ts';
import type { ContainerFacts } from '../../kinds/kind.ts';
import type { SharedServer } from './users.ts';
import type { Owner } from './spec.ts';

export interface ContainerDriverOptions {
  readonly owner: Owner;
  readonly env: Env;
  readonly connect: () => Promise<EngineResult>;
  /** Where a first start is noted; without it one that is cut off by a crash is not found again. */
  readonly firstStarts?: FirstStarts;
  /** The owner is several instances at once. */
  readonly shared?: SharedServer;
  readonly factsOf: (spec: StartSpec<ContainerResource>) => ContainerFacts;
}

/** One container per resource: taken over while it runs, started when it is there, replaced when its config changed. */
export function createContainerDriver(options: ContainerDriverOptions) {
  const surroundings = createSurroundings(options.owner);
  const guests = createSurroundings(options.shared?.guest ?? options.owner);
  return {
    /** With `image` the image has been looked for already. */
    start(spec: StartSpec<ContainerResource>, sink: Sink, image?: LocalImage): ContainerRun {
      const run = new ContainerRun({ spec, sink, surroundings, guests, ...options, ...(image && { image }) });
      run.begin();
      return run;
    },
  };
}
