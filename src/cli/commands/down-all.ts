import { FailureError } from '../../core/failure.ts';
import { counted } from '../../output/counted.ts';
import { projectPaths } from '../../project/paths.ts';
import { forgetContainerData, hasContainerData } from '../../drivers/data/folder.ts';
import { forgetShared, isServed, sharedFolder, sharedStacks } from '../../project/shared.ts';
import { livesOn } from '../../system/processes.ts';
import { confirm } from '../confirm.ts';
import { stopLeftContainers } from '../containers.ts';
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
    if (volumes) await forgetGone(context.env);
    context.say('Nothing runs on this machine, and nothing is left behind.');
    return EXIT.ok;
  }
  for (const { instance, state, directory } of doomed)
    context.say(`${instance}  ${instanceStateInWords(state)}${directory === undefined ? '' : `  ${directory}`}`);
  const what = `This ends ${counted(doomed.length, 'instance')}${volumes ? ' and removes all their data' : ''}`;
  await confirm(context, what, options.yes);
  const isShared = ({ state }: Found): boolean => state.kind === 'shared';
  const instances = doomed.filter((one) => !isShared(one));
  const ended = await Promise.all(instances.map((one) => end(context, one, volumes)));
  // After all who use them; what could not be ended may still do so.
  if (!ended.every(Boolean)) return EXIT.failed;
  const servers = await Promise.all(doomed.filter(isShared).map((one) => endShared(context, one, volumes)));
  if (volumes) await forgetGone(context.env);
  return servers.every(Boolean) ? EXIT.ok : EXIT.failed;
}

/** Of a stopped one its containers and its network. */
function hasSomethingToEnd({ state, containers }: Found): boolean {
  // What instances share stays for the data in it, stopped.
  if (state.kind === 'shared') return state.running > 0;
  return state.kind !== 'stopped' || containers > 0;
}

/** Tells whether it went well: what is wrong with one does not keep the others. */
async function end(
  context: Context,
  found: Pick<Found, 'instance' | 'session' | 'directory' | 'name'> & { readonly directoryExists?: boolean },
  volumes: boolean,
): Promise<boolean> {
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

/** Nobody uses them any more: the last one has stopped them, if it could. */
async function endShared(context: Context, { instance, stack }: Found, volumes: boolean): Promise<boolean> {
  if (!volumes) {
    await stopLeftContainers(instance, context.env);
    return true;
  }
  const ended = await end(context, { instance }, true);
  if (ended) await forgetContainerData(sharedFolder(stack, context.env));
  return ended;
}

/** What is noted of shared servers that have no data any more: their passwords, and with the folder their ports. */
async function forgetGone(env: NodeJS.ProcessEnv): Promise<void> {
  for (const stack of sharedStacks(env)) {
    if (isServed(stack, env, livesOn) || (await hasContainerData(sharedFolder(stack, env)))) continue;
    forgetShared(stack, env);
  }
}
