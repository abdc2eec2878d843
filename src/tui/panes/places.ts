import type { History } from '../../logs/history/history.ts';
import type { Piece } from '../../logs/history/piece.ts';
import type { Position } from '../../logs/history/walk.ts';

/** On the far side of a line. */
export function past(history: History, position: Position, piece: Piece): Position {
  return position.with(history.names.indexOf(piece.name), piece.to);
}

/** Above a line, every log where it was when the line arrived. */
export function above(history: History, piece: Piece): Position {
  for (let position = history.at(piece.time); ;) {
    const next = history.next(position, 'after', () => false);
    if (next.kind !== 'step') return position;
    if (next.piece.name === piece.name && next.piece.from >= piece.from) return position;
    ({ position } = next);
  }
}
