import { posix } from 'node:path';
import { suspicion } from '../core/secret-text.ts';
import type { Resource } from '../core/stack.ts';
import { baseOf, probeOf, userOf } from './docker/base.ts';
import { recipeOf } from './docker/detect.ts';
import { shellWords } from './docker/words.ts';
import type { Recipe } from './docker/recipe.ts';
import { belowRoot } from './planning.ts';
import type { Planning } from './planning.ts';
import type { Value } from './value.ts';
import type { Confinement, ImageBuild, ProbeTool, WorkloadImage } from './workload.ts';

/** An image, and what is known of it. */
export interface PlannedImage {
  readonly image: WorkloadImage;
  /** For a program that runs natively in dev. */
  readonly isGenerated?: true;
  readonly command?: readonly string[];
  readonly workdir?: string;
  /** Where the server in it decides that. */
  readonly port?: number;
  /** What can ask over HTTP in there. */
  readonly probe?: ProbeTool;
  readonly confinement?: Confinement;
  /** Of a Dockerfile that says it. */
  readonly user?: { readonly user: number; readonly group: number };
}

/** Undefined when there is none, which is reported. */
export function imageOf(resource: Resource, planning: Planning): PlannedImage | undefined {
  const { build, image } = resource;
  const command = resource.kind === 'task' ? shellWords(resource.run) : undefined;
  if (build) {
    const own = ownBuild(resource, build, planning);
    const text = planning.files.read(posix.join(own.context, own.dockerfile));
    const probe = probeOf(text === undefined ? undefined : baseOf(text, own.target));
    const user = text === undefined ? undefined : userOf(text, own.target);
    const known = { ...(probe && { probe }), ...(command && { command }), ...(user && { user }) };
    return { image: { kind: 'built', build: own }, ...known };
  }
  if (image !== undefined) {
    const probe = probeOf(image);
    return {
      image: { kind: 'named', name: planning.baseImage(image) },
      ...(probe && { probe }),
      ...(command && { command }),
    };
  }
  return generated(resource, planning);
}

function ownBuild(
  resource: Resource,
  { context, dockerfile = 'Dockerfile', target, platform, args, secrets }: NonNullable<Resource['build']>,
  { reader, stack, note, hide }: Planning,
): ImageBuild {
  const valuesOf = (templates: typeof args): { readonly [name: string]: Value } =>
    Object.fromEntries(
      Object.entries(templates).flatMap(([name, template]): [string, Value][] => {
        const value = reader.valueOf(template);
        if (!value) note(resource, `build: ${name} has no value there and is left out`);
        return value ? [[name, value]] : [];
      }),
    );
  /** Declared secrets are no args, which the config is checked for; one that looks like one is in no file for git. */
  const kept = (name: string, value: Value): Value => {
    const [text, ...more] = value;
    const why = typeof text === 'string' && more.length === 0 ? suspicion(name, text) : undefined;
    if (typeof text !== 'string' || why === undefined) return value;
    note(
      resource,
      `build.args.${name} goes to the secrets, since ${why}, and is readable in the image: use build.secrets`,
    );
    return hide(resource, name, text);
  };
  return {
    name: resource.name,
    context: belowRoot(stack.root, context),
    dockerfile,
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    args: Object.fromEntries(Object.entries(valuesOf(args)).map(([name, value]) => [name, kept(name, value)])),
    secrets: valuesOf(secrets),
    secretFiles: [],
  };
}

/** Tasks that make what is in an image anyway. */
const COMPILES =
  /^\s*(?:go (?:build|generate|mod|install)|cargo (?:build|fetch)|(?:npm|pnpm|yarn) (?:ci|install|(?:run )?build)|tsc|make|mvn|gradle|\.\/(?:mvnw|gradlew)|pip install|uv sync|poetry install)\b/;

function generated(resource: Resource, { stack, files, baseImage, note, problem }: Planning): PlannedImage | undefined {
  if (resource.kind === 'container') return undefined;
  const { name, kind, run, cwd } = resource;
  const role = kind === 'task' ? 'task' : resource.role;
  const recipe = recipeOf({ name, cwd: belowRoot(stack.root, cwd), run, role }, files, baseImage);
  if (recipe.kind === 'unknown') {
    if (kind === 'task' && COMPILES.test(run)) {
      note(resource, 'is left out: it only prepares what dev runs, and images are built with what they need');
      return undefined;
    }
    problem(resource, 'no-image', `${name} has no image and none can be made: ${recipe.reason}.`);
    return undefined;
  }
  for (const text of recipe.notes) note(resource, text);
  return {
    image: { kind: 'built', build: recipeBuild(imageName(recipe) ?? name, recipe) },
    isGenerated: true,
    command: recipe.command,
    workdir: recipe.workdir,
    ...(recipe.port !== undefined && { port: recipe.port }),
    ...recipeProbe(recipe),
    confinement: { user: recipe.user, group: recipe.user, writable: recipe.writable },
  };
}

/** Programs of one package share its image, so it has the name of the package. */
function imageName({ args }: Recipe): string | undefined {
  const name = args['TITLE']?.split('/').at(-1)?.toLowerCase();
  return name !== undefined && /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/.test(name) ? name : undefined;
}

function recipeBuild(name: string, recipe: Recipe): ImageBuild {
  return {
    name,
    context: recipe.context,
    dockerfile: `Dockerfile.${recipe.shape}`,
    generated: { text: recipe.dockerfile, ignore: recipe.ignore },
    args: Object.fromEntries(Object.entries(recipe.args).map(([arg, text]) => [arg, [text]])),
    secrets: {},
    secretFiles: recipe.secrets,
  };
}

/** Images without a shell have nothing that could ask. */
function recipeProbe({ shape, dockerfile }: Recipe): { readonly probe?: ProbeTool } {
  if (/-static$|^static/.test(shape)) return { probe: 'wget' };
  const probe = probeOf(baseOf(dockerfile));
  return probe === undefined || probe === 'any' ? {} : { probe };
}
