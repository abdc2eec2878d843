import type { Command } from '../core/command.ts';
import type { EngineEvent, LogLine, LogQuery, Outcome } from '../core/engine.ts';
import type { Stack } from '../core/stack.ts';
import type { CardFacts, JournalEntry, LogTail, Usage } from '../core/viewing.ts';

/** Raised whenever a frame changes its meaning. */
export const PROTOCOL = 2;
/** A request longer than this comes from nobody we know. */
export const LONGEST_REQUEST = 256 * 1024;

/** One JSON object per line in each direction. The server speaks first: `hello`. */
export type Request =
  | { readonly id: number; readonly kind: 'send'; readonly command: Command }
  | { readonly id: number; readonly kind: 'watch' }
  | { readonly id: number; readonly kind: 'logs'; readonly query: LogQuery }
  | { readonly id: number; readonly kind: 'tails' }
  | { readonly id: number; readonly kind: 'cancel' }
  | { readonly id: number; readonly kind: 'outline' | 'usage' | 'journal' | 'reload' }
  | { readonly id: number; readonly kind: 'env' | 'card'; readonly name: string }
  /** On which the client draws from now on, for whoever gives it back when the client is killed; empty: on none. */
  | { readonly id: number; readonly kind: 'terminal'; readonly device: string }
  | { readonly id: number; readonly kind: 'write'; readonly name: string; readonly text: string }
  | {
      readonly id: number;
      readonly kind: 'resize';
      readonly name: string;
      readonly columns: number;
      readonly rows: number;
    };

export type Response =
  | { readonly kind: 'hello'; readonly protocol: number; readonly instance: string; readonly pid: number }
  | { readonly kind: 'outcome'; readonly id: number; readonly outcome: Outcome }
  | { readonly kind: 'event'; readonly id: number; readonly event: EngineEvent }
  | { readonly kind: 'lines'; readonly id: number; readonly lines: readonly LogLine[] }
  | { readonly kind: 'tails'; readonly id: number; readonly tails: readonly LogTail[] }
  | { readonly kind: 'outline'; readonly id: number; readonly stack: Stack }
  | { readonly kind: 'usage'; readonly id: number; readonly usage: readonly (readonly [string, Usage])[] }
  | { readonly kind: 'journal'; readonly id: number; readonly entries: readonly JournalEntry[] }
  | { readonly kind: 'env'; readonly id: number; readonly lines: readonly string[] }
  | { readonly kind: 'card'; readonly id: number; readonly card: CardFacts }
  /** Of `write` and `resize`: whether there was one to take it. Of `terminal`: that it was noted. */
  | { readonly kind: 'taken'; readonly id: number; readonly taken: boolean }
  | { readonly kind: 'end'; readonly id: number }
  /** Without an id when none can be told. */
  | { readonly kind: 'bad-request'; readonly id?: number; readonly reason: string };

export function encode(frame: Request | Response): string {
  return `${JSON.stringify(frame)}\n`;
}
