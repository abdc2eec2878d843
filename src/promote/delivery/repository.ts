/** Where others read the files from. */
export interface Repository {
  /** Over https, and without anybody's name or password. */
  readonly url: string;
  readonly branch: string;
  /** The folder of the project in it: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** The address of a remote as a controller in a cluster, or a runner, reaches it; undefined when it is of this machine only. */
export function httpsUrl(remote: string): string | undefined {
  // git@github.com:acme/shop.git
  const [, scpHost, scpPath] = /^(?:[^@/:]+@)?([\w.-]+\.[\w.-]+):(?!\/\/)\/?(.+)$/.exec(remote) ?? [];
  if (scpHost !== undefined && scpPath !== undefined) return written(scpHost, scpPath);
  if (!/^(?:https?|ssh|git|git\+ssh):\/\//.test(remote) || !URL.canParse(remote)) return undefined;
  const { protocol, hostname, host, pathname } = new URL(remote);
  // The port of another protocol is none of https.
  return written(protocol === 'https:' ? host : hostname, pathname);
}

function written(host: string, path: string): string | undefined {
  const plain = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return plain === '' ? undefined : `https://${host}/${plain}.git`;
}

/** `acme/shop`, of a repository at GitHub. */
export function githubName(url: string): string | undefined {
  return /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)\.git$/i.exec(url)?.[1];
}
