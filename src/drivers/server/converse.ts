import { connect } from 'node:net';
import type { Conversation, ConversationStep, Heard } from '../../kinds/conversation.ts';
import { incomplete, notYet as notUsable } from '../../kinds/conversation.ts';
import type { Attempt } from './attempt.ts';

const ANSWER_WITHIN_MS = 3000;
/** No answer of any server is as long. */
const LONGEST_ANSWER_BYTES = 1024 * 1024;

/** Carries out a conversation over a connection of its own. */
export function converse(port: number, { asks, steps }: Conversation): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received: Buffer = Buffer.alloc(0);
    let at = -1;
    const done = (attempt: Attempt): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(attempt);
    };
    const notYet = (text: string): void => done({ kind: 'not-yet', text: `${asks} on 127.0.0.1:${port}: ${text}` });
    const timer = setTimeout(() => notYet(`no answer within ${ANSWER_WITHIN_MS} ms`), ANSWER_WITHIN_MS);
    const next = (): void => {
      at += 1;
      received = Buffer.alloc(0);
      const step = steps[at];
      if (!step) return done({ kind: 'ready', text: `${asks} on 127.0.0.1:${port} is answered` });
      if (step.say) socket.write(step.say);
    };
    socket.once('connect', next);
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const heard = listenTo(steps[at], received);
      switch (heard.kind) {
        case 'incomplete':
          if (received.length > LONGEST_ANSWER_BYTES) notYet('its answer has no end');
          return;
        case 'fine':
          return next();
        case 'not-yet':
          return notYet(heard.text);
        case 'refused':
          return done({ kind: 'refused', text: `${asks} on 127.0.0.1:${port}: ${heard.text}` });
      }
    });
    socket.once('error', (error) => notYet(wordsOf(error)));
    // What accepts connections for a container that does not listen yet closes them at once.
    socket.once('close', () => notYet('it closed the connection'));
  });
}

/** What is no server of that kind may answer anything: bytes that its rules cannot take apart say only that. */
function listenTo(step: ConversationStep | undefined, received: Buffer): Heard {
  try {
    return step?.hear(received) ?? incomplete;
  } catch {
    return notUsable('its answer is not understood');
  }
}

function wordsOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET') return 'it closed the connection';
  return code === 'ECONNREFUSED' ? 'connection refused' : error.message;
}
