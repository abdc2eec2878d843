import path from 'node:path/posix';
import type { Read } from '../adopted.ts';
import { shellWord } from '../command.ts';
import { scriptOf } from '../packages.ts';
import { wordsOf } from './server.ts';
import { folderOf, type ComposeService } from './service.ts';

export interface Native {
  readonly command: string;
  /** Below the project; `.` for itself. */
  readonly folder: string;
  /** Nothing of the service says so: it is what its folder is likely to be for. */
  readonly isGuess: boolean;
}

/** Programs that are there for waiting; what comes after them is the command. */
const WAITERS = /^(?:\S*\/)?(?:wait-for(?:-it)?(?:\.sh)?|dockerize|tini|dumb-init)$/;
/** Programs a machine of a developer has; anything else is likely to be in the image alone. */
const PROGRAMS =
  /^(?:npm|npx|pnpm|yarn|bun|bunx|node|nodemon|tsx|ts-node|deno|vite|next|nuxt|python3?|flask|uvicorn|gunicorn|celery|poetry|uv|pipenv|django-admin|go|air|cargo|ruby|bundle|bin\/rails|rails|rake|sidekiq|puma|php|artisan|java|mvn|\.\/mvnw|gradle|\.\/gradlew|dotnet|mix|iex|make|\.\/\S+)$/;

/** How it runs without a container: what the file says, else its package, else its Dockerfile, else its language. */
export function nativeOf(service: ComposeService, read: Read): Native | undefined {
  const folder = folderOf(service, read);
  if (folder === undefined) return undefined;
  const at = (name: string): string => path.join(folder, name);
  const { entrypoint } = service;
  // What a script of the image comes first of may be known itself.
  const own = plain(service.command, entrypoint) ?? (entrypoint === undefined ? undefined : plain(service.command));
  const isSaid = wordsOf(service.command).length > 0 || wordsOf(entrypoint).length > 0;
  const guess = (): string | undefined =>
    (speaks(service, read, /\b(?:node|npm|yarn|pnpm|bun)\b/i) ? scriptOf(folder, read) : undefined) ??
    ofDockerfile(service, read) ??
    ofLanguage(service, read, at);
  // Another program of the folder would run in place of the one that was asked for.
  const command = own ?? (isSaid ? undefined : guess());
  if (command === undefined) return undefined;
  // The port is not that of the container where devstack gives another.
  const port = service.ports[0]?.target;
  const withPort =
    port === undefined ? command : command.replace(new RegExp(`(?<![\\w.])${port}(?![\\w.])`, 'g'), '$PORT');
  return { command: withPort, folder, isGuess: own === undefined };
}

/** The command without what only a container needs; undefined where it is for the image alone. */
export function plain(
  command: string | readonly string[] | undefined,
  entrypoint?: string | readonly string[],
): string | undefined {
  const words = withoutShell([...wordsOf(entrypoint), ...wordsOf(command)]);
  if (words.length === 0) return undefined;
  if (words.length === 1 && words[0]?.includes(' ') === true) return lastProgram(words[0]);
  const waiter = words.findIndex((word) => WAITERS.test(word));
  if (waiter !== -1) {
    const end = words.indexOf('--', waiter);
    return plain(end === -1 ? words.slice(waiter + 1) : words.slice(end + 1));
  }
  const [program = ''] = words;
  if (!PROGRAMS.test(program)) return undefined;
  // As one text it is for a shell already.
  return entrypoint === undefined && typeof command === 'string' ? command : words.map(shellWord).join(' ');
}

/** `sh -c "…"` is what stands in it. */
export function withoutShell(words: readonly string[]): readonly string[] {
  const [shell = '', flag = '', text = ''] = words;
  return /^(?:\/bin\/)?(?:ba|a)?sh$/.test(shell) && /^-l?c$/.test(flag)
    ? [text.includes(' ') ? text : `${text} `]
    : words;
}

/** Of a line of the shell, when each part of it is a program a machine has. */
function lastProgram(line: string): string | undefined {
  const parts = line.trim().split(/\s*(?:&&|;)\s*/);
  const left = parts.filter(
    (part) => !/^(?:cd|sleep|echo|npm (?:ci|install)|pip install|yarn install|pnpm i(?:nstall)?)\b/.test(part),
  );
  const programs = left.map((part) => part.replace(/^exec\s+/, '').split(/\s+/)[0] ?? '');
  return left.length > 0 && programs.every((program) => PROGRAMS.test(program)) ? left.join(' && ') : undefined;
}

/** Whether it is built or run by a language: a folder may hold a package.json for the pages of a program in Python. */
function speaks({ build, image }: ComposeService, read: Read, language: RegExp): boolean {
  const text = build && read(path.join(build.context, build.dockerfile ?? 'Dockerfile'));
  return build ? text === undefined || language.test(text) : image === undefined || language.test(image.repository);
}

/** ENTRYPOINT and CMD of its last stage. */
function ofDockerfile({ build }: ComposeService, read: Read): string | undefined {
  const text = build && read(path.join(build.context, build.dockerfile ?? 'Dockerfile'));
  if (text === undefined) return undefined;
  const stage =
    text
      .replace(/\\\r?\n/g, ' ')
      .split(/^\s*FROM\s/im)
      .at(-1) ?? '';
  const said = (instruction: string): string | readonly string[] | undefined => {
    const found = [...stage.matchAll(new RegExp(`^\\s*${instruction}\\s+(.*)$`, 'gim'))].at(-1)?.[1]?.trim();
    if (found === undefined) return undefined;
    if (!found.startsWith('[')) return found;
    return [...found.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word);
  };
  const command = plain(said('CMD'), said('ENTRYPOINT'));
  // What was built is in the image alone.
  return command !== undefined && /^(?:java|\.\/|dotnet \S+\.dll)/.test(command) ? undefined : command;
}

/** What people of each language type, by the file that says it is theirs. */
function ofLanguage(service: ComposeService, read: Read, at: (name: string) => string): string | undefined {
  const has = (name: string): boolean => read(at(name)) !== undefined;
  const isOf = (language: RegExp, ...files: readonly string[]): boolean =>
    files.some(has) && speaks(service, read, language);
  if (isOf(/\bgo(?:lang)?\b/i, 'go.mod'))
    return has('main.go') || !has('cmd/server/main.go') ? 'go run .' : 'go run ./cmd/server';
  if (isOf(/rust|cargo/i, 'Cargo.toml')) return 'cargo run';
  if (isOf(PYTHON, 'manage.py')) return 'python manage.py runserver $PORT';
  if (isOf(/ruby|bundle/i, 'bin/rails')) return 'bin/rails server -p $PORT';
  if (isOf(JAVA, 'pom.xml')) return `${has('mvnw') ? './mvnw' : 'mvn'} spring-boot:run`;
  if (isOf(JAVA, 'build.gradle', 'build.gradle.kts')) return `${has('gradlew') ? './gradlew' : 'gradle'} bootRun`;
  if (isOf(/elixir|\bmix\b/i, 'mix.exs')) return 'mix phx.server';
  if (isOf(PYTHON, 'main.py')) return 'python main.py';
  return isOf(PYTHON, 'app.py') ? 'python app.py' : undefined;
}

const PYTHON = /python|\buv\b|conda|\bpip/i;
const JAVA = /java|jdk|jre|temurin|corretto|maven|\bmvn|gradle/i;
