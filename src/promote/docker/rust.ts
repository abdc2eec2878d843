import { posix } from 'node:path';
import { ignoreLines } from './ignore.ts';
import { CA, dockerfileOf, header, install, LABELS } from './pieces.ts';
import { foldersUp, has, isPlain, nearest } from './places.ts';
import { unknown } from './recipe.ts';
import type { BaseImage, Program, ProjectFiles, Recipe, Unknown } from './recipe.ts';
import { optionOf, parseCommand } from './words.ts';

/** Of the Debian that the image it runs in is made of: a newer C library would not be found there. */
const IMAGE = 'rust:1-slim-bookworm';
const RUNTIME = 'gcr.io/distroless/cc-debian12:nonroot';
const USER = 65532;

/** Undefined where there is no Cargo.toml above the program. */
export function rustRecipe(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown | undefined {
  const crate = nearest(files, program.cwd, ['Cargo.toml']);
  if (crate === undefined) return undefined;
  const context = foldersUp(crate).find((folder) => has(files, folder, 'Cargo.lock')) ?? crate;
  const parsed = parseCommand(program.run);
  const words = parsed.kind === 'words' ? parsed.words : [];
  const manifest = files.read(posix.join(crate, 'Cargo.toml')) ?? '';
  const [, crateName] = /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(manifest) ?? [];
  const name = optionOf(words, '--bin', '-p', '--package') ?? defaultRun(manifest) ?? crateName;
  if (name === undefined)
    return unknown(`${crate}/Cargo.toml names no package; say cargo run --bin NAME, or add build: './x'`);
  if (![name, context].every(isPlain)) return unknown(`${name} has characters that a Dockerfile cannot take`);
  const isLocked = has(files, context, 'Cargo.lock');
  const shape = isLocked ? 'rust' : 'rust-unlocked';
  const dashes = words.indexOf('--');
  return {
    kind: 'recipe',
    shape,
    dockerfile: dockerfile(shape, isLocked, baseImage),
    context,
    args: { TITLE: program.name, PROGRAM: name },
    command: ['/usr/local/bin/program', ...(dashes === -1 || words[0] !== 'cargo' ? [] : words.slice(dashes + 1))],
    workdir: '/app',
    user: USER,
    writable: ['/tmp'],
    ignore: ignoreLines(['**/target', '**/node_modules']),
    secrets: [
      { id: 'cargo-config', of: 'home', file: '.cargo/config.toml' },
      { id: 'cargo-credentials', of: 'home', file: '.cargo/credentials.toml' },
      CA,
    ],
    baseImages: [IMAGE, RUNTIME].map(baseImage),
    notes: isLocked ? [] : ['There is no Cargo.lock, so two builds may get two versions of a crate: commit one.'],
  };
}

function defaultRun(manifest: string): string | undefined {
  const [, named] = /^default-run\s*=\s*"([^"]+)"/m.exec(manifest) ?? [];
  const bins = [...manifest.matchAll(/^\[\[bin\]\][^[]*?^name\s*=\s*"([^"]+)"/gms)];
  return named ?? (bins.length === 1 ? bins[0]?.[1] : undefined);
}

function dockerfile(shape: string, isLocked: boolean, baseImage: BaseImage): string {
  return dockerfileOf([
    header(shape),
    `FROM ${baseImage(IMAGE)} AS build
WORKDIR /src
COPY . .
ARG PROGRAM
# Crates and what was compiled of them are kept from build to build, so their manifests need no layer.
${install({
  caches: [
    { id: 'cargo-registry', target: '/usr/local/cargo/registry' },
    { id: 'cargo-git', target: '/usr/local/cargo/git' },
    { id: 'cargo-target', target: '/src/target' },
  ],
  files: [
    { id: 'cargo-config', target: '/usr/local/cargo/config.toml' },
    { id: 'cargo-credentials', target: '/usr/local/cargo/credentials.toml' },
  ],
  trust: { bundle: ['CARGO_HTTP_CAINFO', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO'] },
  commands: [
    `cargo build --release ${isLocked ? '--locked ' : ''}--bin "$PROGRAM"`,
    'install -D "target/release/$PROGRAM" /out/program',
  ],
})}`,
    `FROM ${baseImage(RUNTIME)}
WORKDIR /app
COPY --from=build /out/program /usr/local/bin/program
USER ${USER}:${USER}
${LABELS}
CMD ["/usr/local/bin/program"]`,
  ]);
}
