import { ignoreLines } from '../ignore.ts';
import { dockerfileOf, header } from '../pieces.ts';
import { nearest } from '../places.ts';
import type { BaseImage, Program, ProjectFiles, Recipe } from '../recipe.ts';
import * as server from './server.ts';

/** Files that are served as they are. */
export function staticRecipe({ name, cwd }: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | undefined {
  const context = nearest(files, cwd, ['index.html', 'public/index.html']);
  if (context === undefined) return undefined;
  const isPublic = files.read(`${context}/index.html`) === undefined;
  const image = baseImage(server.SERVER_IMAGE);
  return {
    kind: 'recipe',
    shape: 'static',
    dockerfile: dockerfileOf([
      header('static'),
      `FROM ${image} AS files
USER 0
ARG FOLDER=.
COPY \${FOLDER} /files
RUN chmod -R a+rX /files`,
      ...server.staticServer(baseImage, '/files'),
    ]),
    context,
    args: { TITLE: name, FOLDER: isPublic ? 'public' : '.' },
    command: server.SERVER_COMMAND,
    workdir: '/',
    user: server.SERVER_USER,
    writable: server.SERVER_WRITABLE,
    port: server.SERVER_PORT,
    ignore: ignoreLines(['**/node_modules', '**/*.md', 'devstack.config.*']),
    secrets: [],
    baseImages: [image],
    notes: [],
  };
}
