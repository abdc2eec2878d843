import { spawn, type ChildProcess } from 'node:child_process';
import type { Child, ChildCommand, Ended } from './child.ts';
import type { OutputPool } from './output.ts';
import { signalGroup } from './tree.ts';

/** Starts it with pipes, in a group of its own. Throws what the system says when it cannot be started. */
export async function spawnPiped(
  { file, args, cwd, env }: ChildCommand,
  outputs: OutputPool,
  onOutput: (chunk: Uint8Array) => void,
): Promise<Child> {
  const pipe = outputs.open();
  const output = pipe?.writeFd ?? 'pipe';
  let subprocess: ChildProcess;
  try {
    subprocess = spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', output, output] });
  } catch (error) {
    pipe?.destroy();
    throw error;
  }
  const notSpawned = new Promise((resolve) => subprocess.once('error', resolve));
  pipe?.closeWriter();
  const { pid, stdin } = subprocess;
  if (pid === undefined) {
    pipe?.destroy();
    throw await notSpawned;
  }
  stdin?.on('error', () => undefined); // it closed its input; nothing to tell
  const drained = new Promise<void>((resolve) => {
    if (pipe) return pipe.read(onOutput, resolve);
    let open = 2;
    for (const stream of [subprocess.stdout, subprocess.stderr]) {
      stream?.on('data', onOutput);
      stream?.on('end', () => (open -= 1) === 0 && resolve());
    }
  });
  return {
    pid,
    signal: (name) => void signalGroup(pid, name),
    write: (text) => void stdin?.write(text),
    // Not the close event: it waits for grandchildren that hold a stream.
    ended: new Promise<Ended>((resolve) => {
      subprocess.on('exit', (code, signal) => resolve({ code, signal }));
    }),
    drained,
    close: () => pipe?.destroy(),
  };
}
