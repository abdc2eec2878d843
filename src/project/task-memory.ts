import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TaskResource } from '../core/stack.ts';
import { isRecord, readJson, writeAtomically } from './file.ts';

/** Lists the files a task's `inputs` name, absolute, sorted. */
export type ListInputs = (task: TaskResource) => Promise<readonly string[]>;

/** Remembers a hash of each task's command and inputs at its last success. */
export function createTaskMemory(
  file: string,
  listInputs: ListInputs,
): {
  isUnchanged(task: TaskResource): Promise<boolean>;
  succeeded(task: TaskResource): Promise<void>;
} {
  const started = new Map<string, string>();
  const remembered = (): Readonly<Record<string, unknown>> => {
    const value = readJson(file);
    return isRecord(value) ? value : {};
  };
  return {
    async isUnchanged(task) {
      const hash = await hashOf(task, await listInputs(task));
      // What counts is what it read, not what was there when it ended.
      started.set(task.name, hash);
      return remembered()[task.name] === hash;
    },
    async succeeded(task) {
      const hash =
        started.get(task.name) ?? (task.inputs.length > 0 ? await hashOf(task, await listInputs(task)) : undefined);
      if (hash !== undefined) writeAtomically(file, JSON.stringify({ ...remembered(), [task.name]: hash }));
    },
  };
}

async function hashOf(task: TaskResource, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([task.run, task.env, task.cwd]));
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(await readFile(file).catch(() => ''))
      .update('\0');
  return hash.digest('hex');
}
