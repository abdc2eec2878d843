import path from 'node:path/posix';
import stripJsonComments from 'strip-json-comments';
import { FailureError } from '../core/failure.ts';
import type { Read } from './adopted.ts';
import { shellWord } from './command.ts';
import { mapOf, textOf, textsOf, type Raw } from './compose/raw.ts';
import { manifestIn } from './packages.ts';

/** In each of them comments may stand. */
const TURBO_FILES = ['turbo.json', 'turbo.jsonc'] as const;

/** That of the project: those of its packages only add to it. */
export const isTurbo = (file: string): boolean => TURBO_FILES.some((name) => name === path.normalize(file));

/** A task of Turborepo, and the packages it is asked of as `--filter` takes them. */
export interface TurboStep {
  readonly task: string;
  readonly filter: string;
}

/** What Turborepo knows of the scripts of a package. */
export interface Turbo {
  readonly file: string;
  /** The scripts of a package that go on until they are stopped, in the order of the file. */
  persistent(folder: string): readonly string[];
  /** What has to be done before a script of a package. */
  before(folder: string, script: string): readonly TurboStep[];
}

/** What the project says of the packages in `folders`; undefined where it says nothing. Throws `source-unreadable`. */
export function readTurbo(folders: readonly string[], read: Read): Turbo | undefined {
  const root = parsedIn('.', read);
  if (!root) return undefined;
  const packages = new Set(folders.map((folder) => nameIn(folder, read)));
  const rootTasks = tasksOf(root.content);

  /** What a package says of its own tasks, which wins over the root. */
  const ownTasks = (folder: string): Raw => (folder === '.' ? {} : tasksOf(parsedIn(folder, read)?.content ?? {}));

  function taskIn(folder: string, own: Raw, script: string): Raw {
    const shared = { ...mapOf(rootTasks[script]), ...mapOf(rootTasks[`${nameIn(folder, read) ?? ''}#${script}`]) };
    const task = mapOf(own[script]);
    if (!('dependsOn' in task)) return { ...shared, ...task };
    const dependsOn = textsOf(task['dependsOn']).flatMap((item) =>
      item === '$TURBO_EXTENDS$' ? textsOf(shared['dependsOn']) : [item],
    );
    return { ...shared, ...task, dependsOn };
  }

  return {
    file: root.file,
    persistent: (folder) => {
      const own = ownTasks(folder);
      const names = [...Object.keys(rootTasks), ...Object.keys(own)].map((key) => key.replace(/^.*#/, ''));
      return [...new Set(names)].filter((name) => taskIn(folder, own, name)['persistent'] === true);
    },
    before: (folder, script) => {
      const name = nameIn(folder, read);
      return textsOf(taskIn(folder, ownTasks(folder), script)['dependsOn']).flatMap((item) => {
        const [, owner, task] = /^(.+)#(.+)$/.exec(item) ?? [];
        if (owner !== undefined && task !== undefined) return { task, filter: owner };
        // `$NAME` is a variable of the environment, in the first version.
        if (name === undefined || item.startsWith('$')) return [];
        if (!item.startsWith('^')) return { task: item, filter: name };
        const isAlone = !dependenciesIn(folder, read).some((other) => packages.has(other));
        return isAlone ? [] : { task: item.slice(1), filter: `${name}^...` };
      });
    },
  };
}

/** The command that takes all these steps; Turborepo knows what of it is done already. */
export function turboCommand(steps: readonly TurboStep[]): string {
  return [...new Set(steps.map(({ task }) => task))]
    .map((task) => {
      const filters = new Set(steps.filter((step) => step.task === task).map(({ filter }) => `--filter=${filter}`));
      return ['turbo', 'run', task, ...filters].map(shellWord).join(' ');
    })
    .join(' && ');
}

const nameIn = (folder: string, read: Read): string | undefined => textOf(manifestIn(folder, read)?.['name']);

const dependenciesIn = (folder: string, read: Read): readonly string[] =>
  ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) =>
    Object.keys(mapOf(manifestIn(folder, read)?.[key])),
  );

/** Called `pipeline` before the second version. */
const tasksOf = (content: Raw): Raw => mapOf(content['tasks'] ?? content['pipeline']);

function parsedIn(folder: string, read: Read): { readonly file: string; readonly content: Raw } | undefined {
  for (const name of TURBO_FILES) {
    const file = path.join(folder, name);
    const text = read(file);
    if (text === undefined) continue;
    try {
      return { file, content: mapOf(JSON.parse(stripJsonComments(text, { trailingCommas: true }))) };
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new FailureError({ code: 'source-unreadable', file, reason }, error);
    }
  }
  return undefined;
}
