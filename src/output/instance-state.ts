import { counted } from './counted.ts';

/** How an instance of this user fares; what is left of one that nobody serves is counted. */
export type InstanceState =
  | { readonly kind: 'running'; readonly ready: number; readonly of: number }
  /** Somebody serves it, and does not answer. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'left-behind'; readonly processes: number; readonly containers: number; readonly volumes: number }
  /** Servers that instances share. */
  | { readonly kind: 'shared'; readonly running: number; readonly users: readonly string[] }
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
    case 'shared': {
      const { running, users } = state;
      const by = users.length === 0 ? '' : `, used by ${counted(users.length, 'instance')}`;
      return `shared: ${running === 0 ? 'stopped' : `${counted(running, 'server')} running`}${by}`;
    }
    case 'stopped':
      return 'stopped';
  }
}
