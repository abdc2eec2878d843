/** Options of an inspector, with or without a value: `--inspect`, `--inspect-brk=9229`. */
const INSPECTOR = /(?<!\S)--inspect(?:-(?:brk|wait|port))?(?:=\S+)?(?!\S)\s*/g;

/**
 * The environment in which Node listens for a debugger on that port. Every Node process of the run reads it and the
 * first one gets the port: of `npm run dev` that is npm.
 */
export function debugEnvironment(
  env: { readonly [name: string]: string },
  port: number,
): { readonly [name: string]: string } {
  const others = (env['NODE_OPTIONS'] ?? '').replaceAll(INSPECTOR, '').trim();
  return { ...env, NODE_OPTIONS: `${others === '' ? '' : `${others} `}--inspect=127.0.0.1:${port}` };
}

/** How to attach, in one line for a person. */
export function attachHint(name: string, port: number): string {
  const address = `127.0.0.1:${port}`;
  const launch = JSON.stringify({ type: 'node', request: 'attach', name, port });
  return `${name} listens for a debugger on ${address}. Attach: node inspect ${address}, chrome://inspect, or in VS Code ${launch}`;
}
