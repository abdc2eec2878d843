import { closeSync } from 'node:fs';
import { openUnwaiting, writeNow } from '../output/unwaiting.ts';
import type { Context } from './context.ts';

/** For what is said after a screen was given back: its terminal may have stopped reading, and nobody is to wait for it. */
export function sayNow(context: Pick<Context, 'say'>, text: string): void {
  const fd = openUnwaiting(process.stderr.fd);
  if (fd === undefined) return context.say(text);
  writeNow(fd, `${text}\n`);
  closeSync(fd);
}
