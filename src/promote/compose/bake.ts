import { generatedBy } from '../tree.ts';
import type { ImageBuild } from '../workload.ts';
import { fileVariable } from '../builds.ts';
import { generatedFile, variableOf } from './service.ts';
import type { Piece, Variables } from './variables.ts';

export interface BakeOptions {
  readonly stack: string;
  readonly registry?: string;
  readonly command: string;
  /** Where the file and generated Dockerfiles are, below the root: `docker buildx bake` runs there. */
  readonly folder: string;
}

export const BAKE_FILE = 'docker-bake.hcl';

/** Name to what it has without a value in the environment, and what it is. */
type BakeVariables = Map<string, { readonly fallback: string; readonly comment?: string }>;

/** Of what is built: the same images under the same names as in the compose file. */
export function renderBake(builds: readonly ImageBuild[], variables: Variables, options: BakeOptions): string {
  const { folder, stack, command } = options;
  const used: BakeVariables = new Map();
  // A name that stands for something else in the compose file does so here.
  const registry = variables.all.has('REGISTRY') ? 'BAKE_REGISTRY' : 'REGISTRY';
  used.set(registry, { fallback: options.registry ?? '', comment: 'Before the names of images; empty for none.' });
  const tag = template([variables.tag()], used);
  const prefix = `\${${registry} == "" ? "" : "\${${registry}}/"}${escaped(stack)}`;
  const targets = builds.map((build) =>
    block(`target "${targetName(build.name)}"`, [
      ['context', quoted(build.context)],
      [
        'dockerfile',
        quoted(build.generated ? generatedFile(build, { root: '.', dockerfiles: folder }) : build.dockerfile),
      ],
      ['target', build.target === undefined ? undefined : quoted(build.target)],
      ['platforms', build.platform === undefined ? undefined : list([quoted(build.platform)])],
      ['args', argsOf(build, variables, used)],
      ['secret', secretsOf(build, variables, used)],
      ['tags', list([`"${prefix}/${escaped(build.name)}:${tag}"`])],
    ]),
  );
  const head = generatedBy(command, `At the root of the project: docker buildx bake -f ${folder}/${BAKE_FILE}`);
  const variableBlocks = [...used].map(([name, { fallback, comment }]) => {
    const text = block(`variable "${name}"`, [['default', quoted(fallback)]]);
    return comment === undefined ? text : `# ${comment}\n${text}`;
  });
  const names = builds.map(({ name }) => quoted(targetName(name)));
  const group = block('group "default"', [['targets', list(names)]]);
  return `${[head.map((line) => `# ${line}`).join('\n'), ...variableBlocks, group, ...targets].join('\n\n')}\n`;
}

/** Names of targets have no dots. */
export function targetName(image: string): string {
  return image.replace(/[^\w-]/g, '_');
}

function argsOf({ args }: ImageBuild, variables: Variables, used: BakeVariables): string | undefined {
  const entries = Object.entries(args);
  if (entries.length === 0) return undefined;
  const lines = entries.map(([name, value]) => `    ${name} = "${template(variables.pieces(value), used)}"`);
  return `{\n${lines.join('\n')}\n  }`;
}

/** Files need not be there: without one, the build does without. */
function secretsOf(build: ImageBuild, variables: Variables, used: BakeVariables): string | undefined {
  const values = Object.entries(build.secrets).map(([id, value]) =>
    quoted(`type=env,id=${id},env=${variableOf(variables, value)}`),
  );
  const files = build.secretFiles.map((one) => {
    const [name, description] = fileVariable(one);
    variables.file(name, description);
    used.set(name, { fallback: '', comment: `Path: ${description}; empty for none.` });
    return `${name} == "" ? "" : "id=${escaped(one.id)},src=\${${name}}"`;
  });
  const all = [...values, ...files];
  if (all.length === 0) return undefined;
  const lines = all.map((one) => `    ${one},`);
  return files.length === 0 ? list(values) : `compact([\n${lines.join('\n')}\n  ])`;
}

/** As the inside of a text of this language. */
function template(pieces: readonly Piece[], used: BakeVariables): string {
  return pieces
    .map((piece) => {
      // Before a variable, a last `$` would be taken for an escape of it.
      if (typeof piece === 'string') return escaped(piece).replace(/\$$/, '\\u0024');
      const { variable, fallback } = piece;
      if (!used.has(variable))
        used.set(variable, {
          fallback: fallback ?? '',
          ...(fallback === undefined && { comment: 'Needed: set it in the environment.' }),
        });
      return `\${${variable}}`;
    })
    .join('');
}

function block(title: string, fields: readonly (readonly [string, string | undefined])[]): string {
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = ${value}`]));
  return `${title} {\n${lines.join('\n')}\n}`;
}

function list(values: readonly string[]): string {
  return `[${values.join(', ')}]`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** `${` and `%{` begin a template. */
function escaped(text: string): string {
  return text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('${', '$$${')
    .replaceAll('%{', '%%{');
}
