import { FailureError } from '../core/failure.ts';
import { isDevice } from '../daemon/decode.ts';
import type { ProjectPaths } from '../project/paths.ts';
import type { Connected } from './connect.ts';
import { EXIT, type Context } from './context.ts';
import { detachedInWords } from './detaching.ts';
import { isAwaited, whenKilled } from './leaving.ts';
import { deviceOf } from './left-terminal.ts';
import { openRemoteStack } from './remote-stack.ts';
import { sayNow } from './say-now.ts';
import { onSignals } from './signals.ts';
import { createView, type ViewOptions } from './view.ts';

/**
 * Shows what another process runs until whoever looks has seen enough, or it ends. Throws `connection-lost` when it ends
 * without a word. `notice`: shown here beside what is told of the stack.
 */
export async function showRunning(
  context: Context,
  connected: Connected,
  paths: ProjectPaths,
  how: ViewOptions['how'],
  notice?: string,
): Promise<number> {
  const { instance } = connected.client;
  const opening = openRemoteStack(connected, paths, context.style.enabled);
  // There is time for it while the other side answers.
  if (how === 'tui') await context.loadTui();
  const stack = await opening;
  let leave: (code: number) => void = () => undefined;
  const left = new Promise<number>((resolve) => (leave = resolve));
  const drawsOn = how === 'tui' ? deviceOf(process.stdout.fd) : undefined;
  const device = isDevice(drawsOn) ? drawsOn : undefined;
  // Nobody waits for an answer: what is sent comes before the end of the connection, and the other side may be stopped.
  const noteTerminal = (on: string): void => void connected.client.view.terminal(on).catch(() => undefined);
  if (device !== undefined) noteTerminal(device);
  const view = createView(context, stack, {
    how,
    names: stack.stack().resources.map(({ name }) => name),
    onReaderGone: () => leave(EXIT.ok),
    wayBack: stack.wayBack,
    onLeave() {
      leave(EXIT.ok);
      return undefined;
    },
  });
  if (notice !== undefined) stack.notify(notice);
  const { starter } = context;
  const offSignals = onSignals(
    { first: () => leave(EXIT.interrupted), second: () => process.exit(EXIT.interrupted) },
    () => isAwaited(starter),
  );
  const offKilled = starter === undefined ? undefined : whenKilled(starter, () => leave(EXIT.interrupted));
  try {
    await view.begin?.();
    const end = await Promise.race([left, stack.over]);
    if (typeof end === 'number') {
      await view.leave?.();
      if (how === 'tui') sayNow(context, detachedInWords(instance));
      return end;
    }
    await view.close();
    if (end === 'lost') throw new FailureError({ code: 'connection-lost', instance });
    if (how === 'tui') sayNow(context, `${instance}: everything has stopped`);
    return EXIT.ok;
  } finally {
    offSignals();
    offKilled?.();
    if (device !== undefined) noteTerminal('');
    stack.close();
  }
}
