/** Options of an inspector, with or without a value: `--inspect`, `--inspect-brk=9229`. */
const INSPECTOR = /(?<!\S)--inspect(?:-(?:brk|wait|port))?(?:=\S+)?(?!\S)\s*/g;

/**
 * The environment in which a Node program listens for a debugger on that port: `preload` is loaded before it, and before
 * what starts it, and tells one from the other.
 */
export function debugEnvironment(
  env: { readonly [name: string]: string },
  port: number,
  preload: string,
): { readonly [name: string]: string } {
  const others = (env['NODE_OPTIONS'] ?? '').replaceAll(INSPECTOR, '').trim();
  // Within quotes a folder may have spaces.
  const own = `--require="${preload.replaceAll(/["\\]/g, '\\$&')}"`;
  return { ...env, DEVSTACK_INSPECT_PORT: String(port), NODE_OPTIONS: `${others === '' ? '' : `${others} `}${own}` };
}

/** How to attach, in one line for a person. */
export function attachHint(name: string, port: number): string {
  const address = `127.0.0.1:${port}`;
  const launch = JSON.stringify({ type: 'node', request: 'attach', name, port });
  return `${name} listens for a debugger on ${address}. Attach: node inspect ${address}, chrome://inspect, or in VS Code ${launch}`;
}
