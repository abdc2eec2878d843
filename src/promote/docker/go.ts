import { posix } from 'node:path';
import { ignoreLines } from './ignore.ts';
import { CA, dockerfileOf, header, install, LABELS, manifestsOnly } from './pieces.ts';
import type { Trust } from './pieces.ts';
import { argOf, foldersUp, has, isPlain, nearest } from './places.ts';
import { unknown } from './recipe.ts';
import type { BaseImage, Program, ProjectFiles, Recipe, Unknown } from './recipe.ts';
import { parseCommand } from './words.ts';

const RUNTIME = 'gcr.io/distroless/static-debian12:nonroot';
const USER = 65532;
/** What programs usually read from the folder they run in. */
const READ_AT_RUN_TIME =
  /^(?:configs?|migrations|templates|views|static|assets|public|i18n|locales)\/$|^config\.(?:ya?ml|toml|json)$/;

/** Undefined where there is no go.mod above the program. */
export function goRecipe(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown | undefined {
  const module = nearest(files, program.cwd, ['go.mod']);
  if (module === undefined) return undefined;
  const context = workspaceOf(files, module) ?? module;
  const found = mainOf(program, files, module);
  if (found.kind === 'unknown') return found;
  if (![module, found.folder, program.cwd].every(isPlain))
    return unknown(`the name of the folder ${found.folder} has characters that a Dockerfile cannot take`);
  const [, version] = /^go (\d+\.\d+)/m.exec(files.read(posix.join(module, 'go.mod')) ?? '') ?? [];
  const image = `golang:${version ?? '1'}-alpine`;
  const shape = `go${version ?? ''}`;
  const extra = files.list(program.cwd).filter((name) => READ_AT_RUN_TIME.test(name));
  return {
    kind: 'recipe',
    shape,
    dockerfile: dockerfile(shape, baseImage(image), baseImage(RUNTIME)),
    context,
    args: {
      TITLE: program.name,
      MODULE: argOf(context, module),
      PACKAGE: argOf(module, found.folder),
      FOLDER: argOf(context, program.cwd),
      ...(extra.length > 0 && { FILES: extra.map((name) => name.replace('/', '')).join(' ') }),
    },
    command: ['/usr/local/bin/program', ...found.rest],
    workdir: '/app',
    user: USER,
    writable: ['/tmp'],
    ignore: ignoreLines(['**/*_test.go', '**/node_modules', 'tmp']),
    secrets: [{ id: 'netrc', of: 'home', file: '.netrc' }, { id: 'goenv', of: 'home', file: '.config/go/env' }, CA],
    baseImages: [image, RUNTIME].map(baseImage),
    notes: [
      'The program is built without cgo.',
      ...(extra.length > 0 ? [] : ['The image holds the program alone: name files it reads with go:embed.']),
    ],
  };
}

/** The folder of a go.work that uses this module. */
function workspaceOf(files: ProjectFiles, module: string): string | undefined {
  return foldersUp(module).find((folder) => {
    const used = [...(files.read(posix.join(folder, 'go.work')) ?? '').matchAll(/^\s*(?:use\s+)?(\.\S*)\s*$/gm)];
    return used.some(([, path = '']) => posix.join(folder, path).replace(/\/$/, '') === module);
  });
}

type Main = { readonly kind: 'main'; readonly folder: string; readonly rest: readonly string[] };

/** The package to build: what `go run` names, or the only one with a main. */
function mainOf({ name, cwd, run }: Program, files: ProjectFiles, module: string): Main | Unknown {
  const parsed = parseCommand(run);
  const words = parsed.kind === 'words' ? parsed.words : [];
  if (words[0] === 'go' && words[1] === 'run') {
    const at = words.findIndex((word, at) => at > 1 && !word.startsWith('-'));
    const named = words[at];
    if (named !== undefined) {
      const sources = words.slice(at).findIndex((word) => !word.endsWith('.go'));
      const isFile = named.endsWith('.go');
      const rest = isFile ? (sources === -1 ? [] : words.slice(at + sources)) : words.slice(at + 1);
      const folder = posix.join(cwd, isFile ? posix.dirname(named) : named).replace(/\/$/, '');
      return { kind: 'main', folder: folder || '.', rest };
    }
  }
  const commands = files.list(posix.join(cwd, 'cmd')).filter((name) => name.endsWith('/'));
  const named = commands.find((one) => one === `${name}/`) ?? (commands.length === 1 ? commands[0] : undefined);
  const [folder] = [cwd, ...(named === undefined ? [] : [posix.join(cwd, 'cmd', named).replace(/\/$/, '')])].filter(
    (at) => has(files, at, 'main.go'),
  );
  if (folder !== undefined) return { kind: 'main', folder, rest: [] };
  const tried = `${posix.join(cwd, 'main.go')} and ${posix.join(cwd, 'cmd', name, 'main.go')}`;
  return unknown(
    `${module}/go.mod was found and no program: neither ${tried}; say go run ./cmd/x, or add build: './x'`,
  );
}

function dockerfile(shape: string, image: string, runtime: string): string {
  const caches = [
    { id: 'go-modules', target: '/go/pkg/mod' },
    { id: 'go-build', target: '/root/.cache/go-build' },
  ];
  const files = [
    { id: 'netrc', target: '/root/.netrc' },
    { id: 'goenv', target: '/root/.config/go/env' },
  ];
  const trust: Trust = { bundle: ['SSL_CERT_FILE', 'GIT_SSL_CAINFO'] };
  const download = install({ caches: caches.slice(0, 1), files, trust, commands: ['cd "$MODULE"', 'go mod download'] });
  // The layer of the download may be there and the cache it filled not: then this fetches again.
  const build = install({
    caches,
    files,
    trust,
    commands: ['cd "$MODULE"', 'go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/program "./$PACKAGE"'],
  });
  return dockerfileOf([
    header(shape),
    `FROM ${image} AS manifests\nWORKDIR /src\n${manifestsOnly(['go.mod', 'go.sum', 'go.work', 'go.work.sum'], '/src')}`,
    `FROM ${image} AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY --from=manifests /src ./
ARG MODULE=.
${download}
COPY . .
ARG PACKAGE=.
${build}
ARG FOLDER=.
ARG FILES=
RUN mkdir /out/app && for file in $FILES; do cp -R "$FOLDER/$file" /out/app/ || exit 1; done && chmod -R a+rX /out`,
    `FROM ${runtime}
WORKDIR /app
COPY --from=build /out/app ./
COPY --from=build /out/program /usr/local/bin/program
USER ${USER}:${USER}
${LABELS}
CMD ["/usr/local/bin/program"]`,
  ]);
}
