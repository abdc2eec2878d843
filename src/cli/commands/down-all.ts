import { FailureError } from '../../core/failure.ts';
import { counted } from '../../output/counted.ts';
import { projectPaths } from '../../project/paths.ts';
import { confirm } from '../confirm.ts';
import { EXIT, failureText, type Context } from '../context.ts';
import { endInstance } from '../end-instance.ts';
import { findInstances, type Found } from '../instances.ts';
import { instanceStateInWords } from '../../output/instance-state.ts';
import type { DownOptions } from './down.ts';

/** Ends every instance of this user on this machine, also those whose checkout or config is gone. */
export async function downAll(context: Context, options: DownOptions): Promise<number> {
  const volumes = options.volumes ?? false;
  const doomed = (await findInstances(context.env)).filter((one) => volumes || hasSomethingToEnd(one));
  if (doomed.length === 0) {
    context.say('Nothing runs on this machine, and nothing is left behind.');
    return EXIT.ok;
  }
  for (const { instance, state, directory } of doomed)
    context.say(`${instance}  ${instanceStateInWords(state)}${directory === undefined ? '' : `  ${directory}`}`);
  const what = `This ends ${counted(doomed.length, 'instance')}${volumes ? ' and removes all their data' : ''}`;
  await confirm(context, what, options.yes);
  const ended = await Promise.all(doomed.map((one) => end(context, one, volumes)));
  return ended.every(Boolean) ? EXIT.ok : EXIT.failed;
}

/** Of a stopped one its containers and its network. */
function hasSomethingToEnd({ state, containers }: Found): boolean {
  return state.kind !== 'stopped' || containers > 0;
}

/** Tells whether it went well: what is wrong with one does not keep the others. */
async function end(context: Context, found: Found, volumes: boolean): Promise<boolean> {
  const { instance, session, directory, directoryExists, name } = found;
  const say = (text: string): void => context.say(`${instance}: ${text}`);
  const paths = directory !== undefined && directoryExists ? projectPaths(directory, name) : undefined;
  const doomed = { instance, ...(session && { session }), ...(paths && { paths }) };
  try {
    if (!(await endInstance(context, doomed, { volumes }, say))) say('nothing runs, nothing to remove');
    return true;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    say(failureText(error.failure));
    return false;
  }
}
