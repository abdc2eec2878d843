import { posix } from 'node:path';
import type { ProjectFiles } from '../recipe.ts';
import { optionOf, parseCommand, withoutOptions } from '../words.ts';

export type PythonCommand =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface AskedPython {
  readonly files: ProjectFiles;
  readonly cwd: string;
  /** Whether a package is among the dependencies. */
  readonly uses: (name: string) => boolean;
}

/** What runs in production, in the folder of the program. */
export function pythonCommand(run: string, asked: AskedPython): PythonCommand {
  const parsed = parseCommand(run);
  if (parsed.kind === 'shell')
    return made(
      ['sh', '-c', run],
      'The command needs a shell, which stays the first process and passes no signal on: a script of its own is better.',
    );
  return production(unwrapped(parsed.words), asked);
}

/** What is left of `poetry run python -m uvicorn x`: uvicorn and what follows. */
function unwrapped(words: readonly string[]): readonly string[] {
  const [first = '', second = '', ...rest] = words;
  if (['poetry', 'uv', 'pipenv', 'pdm', 'hatch'].includes(first) && second === 'run')
    return unwrapped(withoutOptions(rest, ['--no-sync', '--frozen', '--locked', '--env-file _', '--extra _']));
  if (first === 'watchmedo' && words.includes('--')) return unwrapped(words.slice(words.indexOf('--') + 1));
  if (first === 'watchfiles' || first === 'hupper') {
    const parsed = parseCommand(first === 'hupper' ? ['python', ...words.slice(1)].join(' ') : second);
    return parsed.kind === 'words' ? unwrapped(parsed.words) : words;
  }
  if (!/^python[\d.]*$/.test(first)) return words;
  if (second === '-m' && SERVERS.includes(rest[0] ?? '')) return rest;
  return ['python', ...words.slice(1)];
}

const SERVERS = ['uvicorn', 'gunicorn', 'hypercorn', 'flask', 'celery', 'fastapi', 'granian', 'daphne'];
const OPEN = '0.0.0.0';

function production(words: readonly string[], { files, cwd, uses }: AskedPython): PythonCommand {
  const [program = '', ...args] = words;
  const reloads = ['--reload', '--reload-dir _', '--reload-include _', '--reload-exclude _', '--debug', '--no-reload'];
  const left = withoutOptions(args, [...reloads, ...(program === 'flask' ? ['--debugger', '--with-threads'] : [])]);
  switch (program) {
    case 'uvicorn':
    case 'granian':
      return made([program, ...withoutOptions(left, ['--host _']), '--host', OPEN]);
    case 'fastapi':
      return made(['fastapi', 'run', ...withoutOptions(left.slice(1), ['--host _'])]);
    case 'flask':
      return flask(left, uses, files, cwd);
    case 'celery':
      return made([program, ...left]);
    case 'python':
      if (/(?:^|\/)manage\.py$/.test(args[0] ?? '') && args[1] === 'runserver') return django(args, uses, files, cwd);
      return made([program, ...args]);
    default:
      return made([program, ...left]);
  }
}

type Uses = AskedPython['uses'];

function flask(args: readonly string[], uses: Uses, files: ProjectFiles, cwd: string): PythonCommand {
  const [file] = ['wsgi.py', 'app.py'].filter((name) => files.read(posix.join(cwd, name)) !== undefined);
  const app = optionOf(args, '--app', '-A') ?? file;
  const port = optionOf(args, '--port', '-p');
  if (app === undefined || !uses('gunicorn'))
    return made(
      ['flask', ...withoutOptions(args, ['--host _', '-h _']), '--host', OPEN],
      'The server of Flask is for development: add gunicorn to the dependencies, and name the module by --app.',
    );
  const [module = '', name = 'app'] = app.replace(/\.py$/, '').replaceAll('/', '.').split(':');
  return made(['gunicorn', ...(port === undefined ? [] : ['--bind', `${OPEN}:${port}`]), `${module}:${name}`]);
}

function django(args: readonly string[], uses: Uses, files: ProjectFiles, cwd: string): PythonCommand {
  const manage = files.read(posix.join(cwd, args[0] ?? '')) ?? '';
  const [, project] = /DJANGO_SETTINGS_MODULE['"],\s*['"]([\w.]+?)\.settings/.exec(manage) ?? [];
  const port = /(\d+)$/.exec(args.slice(2).find((word) => !word.startsWith('-')) ?? '')?.[1];
  if (project === undefined || !uses('gunicorn'))
    return made(
      ['python', args[0] ?? 'manage.py', 'runserver', '--noreload', `${OPEN}:${port ?? '8000'}`],
      'The server of Django is for development: add gunicorn to the dependencies.',
    );
  return made(['gunicorn', ...(port === undefined ? [] : ['--bind', `${OPEN}:${port}`]), `${project}.wsgi`]);
}

function made(command: readonly string[], ...notes: readonly string[]): PythonCommand {
  return { kind: 'command', command, notes };
}
