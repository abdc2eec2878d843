import type { Reached } from './messages.ts';

export interface Variables {
  readonly env: { readonly [name: string]: string };
  /** Names that two ports have: which of them has it, and which goes without. */
  readonly clashes: readonly { readonly variable: string; readonly has: string; readonly without: string }[];
}

/**
 * The addresses of a stack for a program beside it: `API_URL`, `API_HOST` and `API_PORT` for the first port of `api`,
 * `API_GRPC_URL` … for another one of it.
 */
export function addressVariables(resources: { readonly [name: string]: Reached }): Variables {
  const env: Record<string, string> = {};
  const owners = new Map<string, string>();
  const clashes: { variable: string; has: string; without: string }[] = [];
  const give = (prefix: string, owner: string, values: Readonly<Record<string, string | undefined>>): void => {
    for (const [part, value] of Object.entries(values)) {
      if (value === undefined) continue;
      const variable = `${prefix}_${part}`;
      const has = owners.get(variable);
      if (has === undefined) {
        owners.set(variable, owner);
        env[variable] = value;
      } else clashes.push({ variable, has, without: owner });
    }
  };
  const all = Object.entries(resources).flatMap(([name, { ports }]) =>
    Object.entries(ports).map(([port, at], index) => ({ name, port, at, isMain: index === 0 })),
  );
  // First ports go first: `API_GRPC_URL` of a service `api-grpc` is its address, whatever ports `api` has.
  for (const { name, port, at, isMain } of [...all.filter((one) => one.isMain), ...all.filter((one) => !one.isMain)])
    give(isMain ? variableOf(name) : `${variableOf(name)}_${variableOf(port)}`, isMain ? name : `${name} (${port})`, {
      URL: at.url,
      HOST: at.host,
      PORT: String(at.port),
    });
  return { env, clashes };
}

function variableOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}
