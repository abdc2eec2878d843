/** The parts of the name of an image, as a chart has them. */
export interface ImageParts {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export function imageParts(name: string): ImageParts {
  const [tagged = '', digest = ''] = name.split('@');
  const [, path = tagged, tag = ''] = /^(.*):([^/:]+)$/.exec(tagged) ?? [];
  // What looks like a host is one, as with docker pull.
  const [, registry = '', repository = path] = /^([^/]*[.:][^/]*|localhost)\/(.+)$/.exec(path) ?? [];
  return { registry, repository, tag, digest };
}
