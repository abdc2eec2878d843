import type { Conversation, Heard } from './conversation.ts';
import { fine, incomplete, notYet, refused } from './conversation.ts';

/** Redis and those that speak like it: usable when it says PONG, not while it still loads its data. */
export function pingRedis(password: string): Conversation {
  const ping = { say: command(['PING']), hear: (received: Buffer) => expectLine(received, '+PONG') };
  if (password === '') return { asks: 'PING', steps: [ping] };
  const login = { say: command(['AUTH', password]), hear: (received: Buffer) => expectLine(received, '+OK') };
  return { asks: 'AUTH and PING', steps: [login, ping] };
}

function command(words: readonly string[]): Uint8Array {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}

function expectLine(received: Buffer, expected: string): Heard {
  const end = received.indexOf('\r\n');
  if (end < 0) return incomplete;
  const line = received.toString('utf8', 0, end);
  if (line === expected) return fine;
  return /^-(NOAUTH|WRONGPASS|ERR .*AUTH|ERR invalid password)/.test(line) ? refused(line.slice(1)) : notYet(line);
}
