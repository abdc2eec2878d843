import type { LoadedConfig } from '../../config/load.ts';
import { FailureError } from '../../core/failure.ts';

/** What the config makes of something of a resource, as it can be written down. What it throws is a mistake in the config. */
export function sayLastWord<T>(
  resource: string,
  option: string,
  value: T,
  { change, stack }: { readonly change: (value: T) => void; readonly stack: LoadedConfig['stack'] },
): unknown {
  try {
    const own = structuredClone(value);
    change(own);
    return JSON.parse(JSON.stringify(own));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw lastWordFailure(resource, `${option} threw: ${reason}`, stack);
  }
}

export function lastWordFailure(resource: string, what: string, { resources }: LoadedConfig['stack']): FailureError {
  const at = resources.find(({ name }) => name === resource)?.at;
  const problem = { code: 'last-word-failed', message: `${resource}: ${what}`, ...(at !== undefined && { at }) };
  return new FailureError({ code: 'config-invalid', problems: [problem] });
}
