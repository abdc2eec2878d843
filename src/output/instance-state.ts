import { counted } from './counted.ts';

/** How an instance of this user fares; what is left of one that nobody serves is counted. */
export type InstanceState =
  | { readonly kind: 'running'; readonly ready: number; readonly of: number }
  /** Somebody serves it, and does not answer. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'left-behind'; readonly processes: number; readonly containers: number; readonly volumes: number }
  | { readonly kind: 'stopped' };

/** `running: 2 of 3 ready`, `left behind: 2 processes, 1 volume` */
export function instanceStateInWords(state: InstanceState): string {
  switch (state.kind) {
    case 'running':
      return `running: ${state.ready} of ${state.of} ready`;
    case 'silent':
      return 'running, does not answer';
    case 'left-behind': {
      const { processes, containers, volumes } = state;
      const parts = [
        [processes, 'process'],
        [containers, 'container'],
        [volumes, 'volume'],
      ] as const;
      const left = parts.flatMap(([count, what]) => (count > 0 ? [counted(count, what)] : []));
      return `left behind: ${left.join(', ')}`;
    }
    case 'stopped':
      return 'stopped';
  }
}
