import type { Snapshot } from '../core/engine.ts';
import { describe } from './describe.ts';
import { inWords } from './duration.ts';
import { withoutName } from './status-words.ts';
import type { Style } from './style.ts';

/** What a session was, in a few lines, for whoever has just left its screen. */
export function summaryInWords({ stack, startedAt, statuses }: Snapshot, now: number, style: Style): string {
  const ran = statuses.filter(({ run, wanted }) => run > 0 || wanted);
  const wide = Math.max(0, ...ran.map(({ name }) => name.length));
  const rows = ran.flatMap(({ name, lifecycle, restarts, readyAt, run }) => {
    const again = restarts === 0 ? '' : `started again ${restarts === 1 ? 'once' : `${restarts} times`}`;
    const failure =
      lifecycle.kind === 'failed' ? style.red(`failed: ${withoutName(name, describe(lifecycle.failure).title)}`) : '';
    const never = failure !== '' || readyAt !== undefined ? '' : run === 0 ? 'was never started' : 'was never ready';
    const words = [failure, never, again].filter((part) => part !== '').join('; ');
    return words === '' ? [] : [`  ${name.padEnd(wide)}  ${words}`];
  });
  const quiet = ran.length - rows.length;
  const others = rows.length === 0 ? '' : quiet === 0 ? '' : `  ${quiet} more had no trouble`;
  return [
    `${style.bold(stack)} ran for ${inWords(now - startedAt)}; everything has stopped`,
    ...rows,
    ...(others === '' ? [] : [others]),
    style.dim('Its logs: devstack logs'),
  ].join('\n');
}
