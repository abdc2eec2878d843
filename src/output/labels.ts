import type { Style } from './style.ts';

/** Names of resources in their colours, all equally wide. */
export interface Labels {
  label(name: string): string;
  /** What stands before each line of its log. */
  prefixOf(name: string): string;
}

/** `names` in the order of the stack: the place of a name is its colour. */
export function createLabels(names: readonly string[], width: number, style: Style): Labels {
  const label = (name: string): string => {
    const index = names.indexOf(name);
    return index < 0 ? style.bold(name.padEnd(width)) : style.ofResource(index, name.padEnd(width));
  };
  return { label, prefixOf: (name) => `${label(name)} ${style.dim('|')} ` };
}
