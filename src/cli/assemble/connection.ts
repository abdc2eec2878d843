import type { EngineResult } from '../../drivers/container/client.ts';

/** One connection for all who ask, loaded with the first of them: most stacks start without an engine. */
export function createLazyConnection(env: NodeJS.ProcessEnv): () => Promise<EngineResult> {
  let loading: Promise<() => Promise<EngineResult>> | undefined;
  return async () => {
    loading ??= import('../../drivers/container/connection.ts').then((module) => module.createConnection(env));
    return (await loading)();
  };
}
