import { dockerfileOf, header, install, LABELS, manifestsOnly } from '../pieces.ts';
import type { Install } from '../pieces.ts';
import { staticServer } from '../static/server.ts';
import type { BaseImage } from '../recipe.ts';
import type { Manager } from './workspace.ts';

export interface NodeShape {
  readonly shape: string;
  readonly manager: Manager;
  readonly isLocked: boolean;
  readonly image: string;
  /** Whether anything is to be built first. */
  readonly builds: boolean;
  /** Whether the result is files for a web server. */
  readonly isStatic: boolean;
}

export function nodeDockerfile(of: NodeShape, baseImage: BaseImage): string {
  const { shape, builds, isStatic, image } = of;
  return dockerfileOf([
    header(shape),
    `FROM ${baseImage(image)} AS base\nWORKDIR /app\nENV NODE_ENV=production\n${tool(of)}`.trimEnd(),
    MANIFESTS,
    sources(builds),
    ...(isStatic ? [] : [`FROM base AS dependencies\n${installStep(of, false)}`]),
    ...(builds ? [`FROM base AS build\n${installStep(of, true)}\n${buildStep(of)}`] : []),
    ...(isStatic ? [COLLECT, ...staticServer(baseImage, '/output')] : [runtime(builds)]),
  ]);
}

const NAMES = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
const YARN_NAMES = ['yarn.lock', '.yarnrc', '.yarnrc.yml', './.yarn/plugins/*', './.yarn/patches/*'];

/**
 * Scripts of the packages themselves are not to run where their sources are not; `prepare` is for those who work on
 * them. Those of what is installed are.
 */
const NO_SCRIPTS = `for (const file of process.argv.slice(1)) { const { scripts, ...rest } = JSON.parse(fs.readFileSync(file, "utf8")); fs.writeFileSync(file, JSON.stringify(rest)) }`;

const MANIFESTS = `# What says which packages are needed, and nothing else: their layers stay until this changes.
FROM base AS manifests
${manifestsOnly([...NAMES, ...YARN_NAMES, '.pnpmfile.cjs', './patches/*'], '/app')}
RUN find . -name package.json -exec node -e '${NO_SCRIPTS}' {} +`;

/** Files may be private to whoever has them here, and the program runs as somebody else. */
function sources(builds: boolean): string {
  const atRoot = builds ? 'find . -maxdepth 1 -type f -exec cp {} /app/ \\; && ' : '';
  return `# The program and what it uses of this repository${builds ? ', and the files at the root: settings of builds are there' : ''}.
FROM base AS sources
ARG FOLDERS=.
RUN --mount=type=bind,target=/context \\
    cd /context && ${atRoot}tar -cf - $FOLDERS | tar -xf - -C /app \\
    && chmod -R a+rX /app`;
}

const NPMRC = [
  { id: 'npmrc', target: '/root/.npmrc' },
  { id: 'npmrc-project', target: '/app/.npmrc' },
];
const YARNRC = [...NPMRC, { id: 'yarnrc', target: '/root/.yarnrc.yml' }];

/** npm is in the image; it is what the others come with, from the registry that the packages come from. */
function tool({ manager }: NodeShape): string {
  if (manager === 'npm') return '';
  const [arg, name] = { pnpm: ['PNPM', 'pnpm'], yarn: ['YARN', 'yarn'], berry: ['YARN', '@yarnpkg/cli-dist'] }[manager];
  const commands = [`npm install --global --force "${name}@$${arg}"`];
  const step = install({ caches: [{ id: 'npm', target: '/root/.npm' }], files: NPMRC, trust: 'node', commands });
  return `ARG ${arg}=latest\n${step}`;
}

function installStep(of: NodeShape, forBuild: boolean): string {
  const arg = of.manager === 'npm' ? 'WORKSPACE' : 'PACKAGE';
  const isSelective = of.manager !== 'yarn';
  return [
    'COPY --from=manifests /app ./',
    ...(isSelective ? [`ARG ${arg}=`] : []),
    install(installOf(of, forBuild)),
  ].join('\n');
}

function installOf({ manager, isLocked }: NodeShape, forBuild: boolean): Install {
  switch (manager) {
    case 'npm': {
      const verb = isLocked ? 'ci' : 'install';
      const which = '${WORKSPACE:+--workspace "$WORKSPACE" --include-workspace-root=false}';
      return {
        caches: [{ id: 'npm', target: '/root/.npm' }],
        files: NPMRC,
        trust: 'node',
        commands: [`npm ${verb} ${forBuild ? '--include=dev' : '--omit=dev'} ${which}`],
      };
    }
    case 'pnpm':
      return {
        caches: [{ id: 'pnpm', target: '/pnpm' }],
        files: NPMRC,
        trust: 'node',
        commands: [
          `pnpm install --frozen-lockfile --store-dir /pnpm ${forBuild ? '--prod=false' : '--prod'} \${PACKAGE:+--filter "$PACKAGE..."}`,
        ],
      };
    case 'yarn':
      return {
        // Two stages install at a time, and it unpacks into its cache without regard for another.
        caches: [{ id: 'yarn', target: '/yarn', isLocked: true }],
        files: NPMRC,
        trust: 'node',
        commands: [`yarn install --frozen-lockfile --cache-folder /yarn --production=${forBuild ? 'false' : 'true'}`],
      };
    case 'berry':
      return {
        caches: [{ id: 'berry', target: '/root/.yarn/berry' }],
        files: YARNRC,
        trust: 'node',
        // Of all ways to lay packages out, plain node knows this one; the version is the one that was installed.
        commands: [
          'export YARN_NODE_LINKER=node-modules YARN_IGNORE_PATH=1 YARN_ENABLE_GLOBAL_CACHE=1',
          `yarn workspaces focus ${forBuild ? '' : '--production '}\${PACKAGE:+"$PACKAGE"}`,
        ],
      };
  }
}

/** What was generated for a client of the database is kept: packages are installed anew, without it. */
function buildStep({ isStatic }: NodeShape): string {
  const clean = `\\
    && find . -type d -name node_modules -prune -print \\
    | while read -r folder; do find "$folder" -mindepth 1 -maxdepth 1 -not -name .prisma -exec rm -rf {} \\; || exit 1; done`;
  return `COPY --from=sources /app ./
ARG BUILD=
RUN for folder in $BUILD; do (cd "$folder" && npm run build) || exit 1; done${isStatic ? '' : ` ${clean}`}`;
}

const COLLECT = `# The folder with the page, wherever below OUTPUT the build has put it.
FROM build AS files
ARG OUTPUT=dist
RUN page="$(find "$OUTPUT" -name index.html -not -path '*/node_modules/*' | awk '{ print length, $0 }' | sort -n | head -n 1 | cut -d ' ' -f 2-)" \\
    && [ -n "$page" ] && cp -R "$(dirname "$page")" /output && chmod -R a+rX /output`;

function runtime(builds: boolean): string {
  return `FROM base
COPY --from=dependencies /app ./
COPY --from=${builds ? 'build' : 'sources'} /app ./
ARG WORKSPACE=
ENV PATH=/app/\${WORKSPACE}/node_modules/.bin:/app/node_modules/.bin:$PATH
WORKDIR /app/\${WORKSPACE}
USER 1000:1000
${LABELS}
ENTRYPOINT []
CMD ["node", "."]`;
}
