/** `17`, `17.4` and `17-alpine` all ask for 17; undefined when no version is asked for. */
export function majorOf(version: string): number | undefined {
  const digits = /^v?(\d+)/.exec(version)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A server of this machine is taken only if its major version is the one asked for. */
export function satisfies(asked: string, found: string): boolean {
  const major = majorOf(asked);
  return major === undefined || major === majorOf(found);
}
