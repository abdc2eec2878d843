import type { ContainerResource } from '../core/stack.ts';
import type { EngineResult, Env } from '../drivers/container/client.ts';
import { chooseRuntime } from '../drivers/infra/choose.ts';
import { describe } from '../output/describe.ts';

/** What would run a server here, as far as that can be told without a download; `fail`: nothing would. */
export interface Outlook {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly hint?: string;
}

export interface OutlookOptions {
  readonly root: string;
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  readonly engine: EngineResult;
  readonly env: Env;
}

export async function outlookOf(resource: ContainerResource, options: OutlookOptions): Promise<Outlook> {
  const { root, state, instance, engine, env } = options;
  const choice = await chooseRuntime({
    spec: { resource, run: 0, env: {}, ports: {} },
    root,
    state,
    instance,
    connect: () => Promise.resolve(engine),
    env,
    signal: new AbortController().signal,
  });
  if (choice.kind !== 'failure') {
    const { name, version, reason } = choice.info;
    return { state: 'ok', found: [`${name} ${version}: ${reason}`, ...whose(resource)].join('; ') };
  }
  const { failure } = choice;
  const { title, hint } = describe(failure);
  const found =
    failure.code === 'runtime-unavailable'
      ? failure.tried.map(({ runtime, reason }) => `${runtime}: ${reason}`).join('; ')
      : title.replace(`${resource.name}: `, '');
  return { state: 'fail', found, ...(hint !== undefined && { hint }) };
}

function whose({ infra }: ContainerResource): readonly string[] {
  switch (infra?.kind) {
    case undefined:
      return [];
    case 'own':
      return [`not shared: ${infra.because}`];
    case 'shared':
      return ['shared with the other instances of the stack'];
  }
}
