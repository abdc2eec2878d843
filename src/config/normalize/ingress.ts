type WrittenIngress = boolean | string | { readonly host?: string; readonly tls?: boolean } | undefined;

/** Where a browser reaches it in a cluster, when the config says so; addresses.ts knows the default. */
export function ingressOf(written: WrittenIngress, name: string, stackName: string): { readonly ingressUrl?: string } {
  if (written === undefined || written === false) return {};
  if (written === true) return { ingressUrl: `http://${defaultHost(name, stackName)}` };
  if (typeof written === 'string') return { ingressUrl: `http://${written}` };
  const scheme = written.tls === true ? 'https' : 'http';
  return { ingressUrl: `${scheme}://${written.host ?? defaultHost(name, stackName)}` };
}

/** `web.shop.localhost`: browsers resolve every `.localhost` name to this machine. */
export function defaultHost(name: string, stackName: string): string {
  return `${name}.${stackName}.localhost`;
}
