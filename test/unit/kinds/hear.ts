import { expect } from 'vitest';
import type { Conversation, Heard } from '../../../src/kinds/conversation.ts';

/** What a conversation makes of the answers to its steps; each is heard whole, and at every cut before that. */
export function hear(conversation: Conversation, answers: readonly Buffer[]): Heard {
  let last: Heard = { kind: 'incomplete' };
  for (const [index, answer] of answers.entries()) {
    const step = conversation.steps[index];
    if (!step) throw new Error(`it has no step ${index}`);
    for (let cut = 0; cut < answer.length; cut++)
      expect([cut, step.hear(answer.subarray(0, cut))]).toEqual([cut, { kind: 'incomplete' }]);
    last = step.hear(answer);
    if (last.kind !== 'fine') return last;
  }
  return last;
}

/** What it says in each step. */
export function said(conversation: Conversation): readonly string[] {
  return conversation.steps.map(({ say }) => (say ? Buffer.from(say).toString('latin1') : ''));
}

export const line = (text: string): Buffer => Buffer.from(`${text}\r\n`);
