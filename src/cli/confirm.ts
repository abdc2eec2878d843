import { createInterface } from 'node:readline/promises';
import { FailureError } from '../core/failure.ts';
import type { Context } from './context.ts';

/** Asks before data is lost; where nobody can be asked, `--yes` has to say it. */
export async function confirm(context: Context, what: string, isYes: boolean | undefined): Promise<void> {
  if (isYes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new FailureError({
      code: 'usage',
      message: `${what}. Nobody can be asked here: say --yes if that is meant.`,
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(`${what}. Go on? [y/N] `), gone]);
  asking.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  context.say('Nothing was done.');
  throw new FailureError({ code: 'interrupted' });
}
