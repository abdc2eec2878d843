import type { Piece, PieceReader } from './piece.ts';

/** A place in the merged logs: for each log, in the order of the walk, the offset that divides what is above it from what is below. */
export type Position = readonly number[];

export interface Step {
  readonly kind: 'step';
  readonly piece: Piece;
  /** On the far side of the piece. */
  readonly position: Position;
}

/** `paused`: time is up and more has to be looked at. `end`: there is nothing more. */
export type Walked = Step | { readonly kind: 'paused' } | { readonly kind: 'end' };

/** What one log has next in a direction: a piece, or how far it is known that there is none. */
export type Ahead =
  | { readonly kind: 'piece'; readonly piece: Piece }
  | { readonly kind: 'none' }
  /** Nothing up to here, which arrived at `time`; asked again, it looks further. */
  | { readonly kind: 'unknown'; readonly time: number };

export interface Scanner {
  readonly reader: PieceReader;
  /** Cheap to ask again for the same place. */
  ahead(offset: number, direction: Direction): Ahead;
  /** Looks at one more chunk. */
  look(offset: number, direction: Direction): void;
}

export type Direction = 'before' | 'after';

/**
 * The next piece of several logs in the order of arrival; of those that came in the same millisecond the log that is
 * first in the list comes first. `isTimeUp` is asked between chunks.
 */
export function walk(
  scanners: readonly Scanner[],
  position: Position,
  direction: Direction,
  isTimeUp: () => boolean,
): Walked {
  for (;;) {
    // For every line of every frame all logs are asked: nothing is made for the answers.
    let nearest = -1;
    let found: Exclude<Ahead, { kind: 'none' }> | undefined;
    let time = 0;
    for (let index = 0; index < scanners.length; index++) {
      const ahead = scanners[index]?.ahead(position[index] ?? 0, direction);
      if (!ahead || ahead.kind === 'none') continue;
      const at = ahead.kind === 'piece' ? ahead.piece.time : ahead.time;
      if (found && (direction === 'after' ? at >= time : at < time)) continue;
      nearest = index;
      found = ahead;
      time = at;
    }
    if (!found) return { kind: 'end' };
    if (found.kind === 'piece') {
      const { piece } = found;
      return { kind: 'step', piece, position: position.with(nearest, direction === 'after' ? piece.to : piece.from) };
    }
    if (isTimeUp()) return { kind: 'paused' };
    scanners[nearest]?.look(position[nearest] ?? 0, direction);
  }
}
