import { expect, test } from 'vitest';
import { FailureError } from '../../../src/core/failure.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { imports } from './bad/bad-config.ts';
import { badDeployOptions } from './bad/deploy-options.ts';
import { badFiles } from './bad/files.ts';
import { badOptions } from './bad/options.ts';
import { badStacks } from './bad/stack.ts';
import { badValues } from './bad/values.ts';
import { inFolder } from './folder.ts';

/** Every problem of the config in `folder`, as `place  message`. */
async function problemsIn(folder: string): Promise<readonly string[]> {
  try {
    await loadConfig({ cwd: folder });
    return [];
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'config-invalid') throw error;
    return error.failure.problems.map(({ at, message }) => `${at}  ${message}`);
  }
}

test.each([...badValues, ...badOptions, ...badDeployOptions, ...badStacks, ...badFiles])(
  '$rule',
  async ({ config, files, problems }) => {
    const found = await inFolder({ 'devstack.config.ts': `${imports}\n${config}\n`, ...files }, problemsIn);
    expect(found).toEqual(problems);
  },
);

test('no config is an error that says where it was looked for', async () => {
  await inFolder({}, async (folder) => {
    const error = await loadConfig({ cwd: folder }).catch((thrown: unknown) => thrown);
    expect(error instanceof FailureError && error.failure).toEqual({ code: 'config-not-found', from: folder });
  });
});

test('a config that was named and is not there is an error', async () => {
  await inFolder({}, async (folder) => {
    const error = await loadConfig({ cwd: folder, file: 'other.ts' }).catch((thrown: unknown) => thrown);
    expect(error instanceof FailureError && error.failure).toEqual({
      code: 'config-not-found',
      from: folder,
      file: `${folder}/other.ts`,
    });
  });
});
