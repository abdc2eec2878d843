/** An exchange with a server in its own protocol, as data: a driver carries it out over a connection. */
export interface Conversation {
  /** What it asks, for messages: `PING`. */
  readonly asks: string;
  readonly steps: readonly ConversationStep[];
}

export interface ConversationStep {
  /** Sent first; nothing when the server speaks first. */
  readonly say?: Uint8Array;
  /** What came since the step began. */
  hear(received: Buffer): Heard;
}

export type Heard =
  /** More has to come. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'fine' }
  /** Not usable yet, in the words of the server. */
  | { readonly kind: 'not-yet'; readonly text: string }
  /** It answers and does not let this user in, which no waiting mends. */
  | { readonly kind: 'refused'; readonly text: string };

export const incomplete: Heard = { kind: 'incomplete' };
export const fine: Heard = { kind: 'fine' };
export const notYet = (text: string): Heard => ({ kind: 'not-yet', text });
export const refused = (text: string): Heard => ({ kind: 'refused', text });
