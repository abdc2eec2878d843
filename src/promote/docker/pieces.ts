import type { BuildSecret } from './recipe.ts';

/** What all Dockerfiles have in common. No syntax line: it would have the builder pull one more image. */
export function header(shape: string): string {
  return `# The image of every program of the shape ${shape}; what makes it one of them is in the build arguments.`;
}

/** At the end, as a revision is another each time. */
export const LABELS = `ARG TITLE=
ARG SOURCE=
ARG REVISION=
LABEL org.opencontainers.image.title="\${TITLE}" \\
      org.opencontainers.image.source="\${SOURCE}" \\
      org.opencontainers.image.revision="\${REVISION}"`;

/**
 * Copies the files of these names, wherever they are, to a folder. What is copied from there is the same until one of
 * them changes, so the layers after it are kept; and a Dockerfile need not list them.
 */
export function manifestsOnly(names: readonly string[], folder: string): string {
  const test = names.map((name) => (name.includes('/') ? `-path '${name}'` : `-name '${name}'`)).join(' -o ');
  return `RUN --mount=type=bind,target=/context \\
    cd /context && find . -type f \\( ${test} \\) -print \\
    | while read -r file; do mkdir -p "${folder}/\${file%/*}" && cp "$file" "${folder}/$file" || exit 1; done`;
}

export interface Install {
  /** Folders that outlive the build. */
  readonly caches: readonly Cache[];
  /** Where the files that are secret come to be. */
  readonly files: readonly { readonly id: string; readonly target: string }[];
  readonly trust: Trust;
  readonly commands: readonly string[];
}

interface Cache {
  readonly id: string;
  readonly target: string;
  /** For one build at a time: not every tool expects company. */
  readonly isLocked?: boolean;
}

/** How a tool is told of more authorities: most want all of them in one file. */
export type Trust = 'node' | 'java' | { readonly bundle: readonly string[] };

/** A step that fetches from registries. */
export function install({ caches, files, trust, commands }: Install): string {
  const mounts = [
    ...caches.map(
      ({ id, target, isLocked }) => `--mount=type=cache,id=${id},target=${target}${isLocked ? ',sharing=locked' : ''}`,
    ),
    ...files.map(({ id, target }) => `--mount=type=secret,id=${id},target=${target}`),
    '--mount=type=secret,id=ca',
    ...(trust === 'node' ? [] : ['--mount=type=tmpfs,target=/run/trust']),
  ];
  const run = [`if [ -s /run/secrets/ca ]; then ${trustLines(trust).join('; ')}; fi`, ...commands];
  return `RUN ${mounts.join(' \\\n    ')} \\\n    ${run.join(' \\\n    && ')}`;
}

function trustLines(trust: Trust): readonly string[] {
  if (trust === 'node') return ['export NODE_EXTRA_CA_CERTS=/run/secrets/ca'];
  if (trust === 'java')
    return [
      `cp "$JAVA_HOME/lib/security/cacerts" /run/trust/store`,
      // keytool reads the first certificate of a file alone.
      `awk '/BEGIN CERT/ { n++ } n { print > "/run/trust/" n ".pem" }' /run/secrets/ca`,
      `for one in /run/trust/*.pem; do keytool -importcert -noprompt -keystore /run/trust/store -storepass changeit -alias "$one" -file "$one"; done`,
      `export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=/run/trust/store"`,
    ];
  return [
    'cat /etc/ssl/certs/ca-certificates.crt /run/secrets/ca > /run/trust/ca.pem',
    `export ${trust.bundle.map((name) => `${name}=/run/trust/ca.pem`).join(' ')}`,
  ];
}

export const CA: BuildSecret = { id: 'ca', of: 'machine' };

export function dockerfileOf(pieces: readonly string[]): string {
  return `${pieces.join('\n\n')}\n`;
}
