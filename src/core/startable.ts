import type { ContainerResource } from './stack.ts';

/** The engines this version can start; whoever starts one, or says whether it will, asks here. */
const STARTABLE: ReadonlySet<ContainerResource['engine']> = new Set<ContainerResource['engine']>(['postgres']);

export function isStartable({ engine }: Pick<ContainerResource, 'engine'>): boolean {
  return STARTABLE.has(engine);
}
