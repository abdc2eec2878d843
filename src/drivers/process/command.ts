/** How a command line is started: without a shell when there is nothing in it for a shell to do. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** The program is named in the line itself, not a shell that looks for it. */
  readonly direct: boolean;
}

const SHELL_CHARACTERS = /[|&;<>()$`\\"'*?[\]#~=%!{}\n\r]/;
/** Joins or redirects commands: `exec` in front would lose what follows. */
const COMPOUND = /[|&;<>()`\n\r]/;
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
/** Words only a shell knows. */
const BUILTINS: ReadonlySet<string> = new Set([
  '.',
  ':',
  '[',
  'alias',
  'bg',
  'break',
  'case',
  'cd',
  'command',
  'continue',
  'echo',
  'eval',
  'exec',
  'exit',
  'export',
  'false',
  'fg',
  'for',
  'function',
  'getopts',
  'hash',
  'if',
  'jobs',
  'kill',
  'local',
  'printf',
  'pwd',
  'read',
  'readonly',
  'return',
  'set',
  'shift',
  'source',
  'test',
  'time',
  'times',
  'trap',
  'true',
  'type',
  'ulimit',
  'umask',
  'unalias',
  'unset',
  'until',
  'wait',
  'while',
]);

export function parseCommand(text: string): CommandLine {
  const line = text.trim();
  const words = line.split(/\s+/);
  const [first = '', ...rest] = words;
  if (!SHELL_CHARACTERS.test(line) && !BUILTINS.has(first)) return { file: first, args: rest, direct: true };
  // `exec` saves a process, and signals reach the program itself.
  const simple =
    !COMPOUND.test(line) &&
    !ASSIGNMENT.test(line) &&
    !BUILTINS.has(first) &&
    !line.startsWith('!') &&
    !line.startsWith('{');
  return { file: 'sh', args: ['-c', simple ? `exec ${line}` : line], direct: false };
}

/** The same for a terminal, which is always entered by a shell: its 127 tells that there is no such program. */
export function parseTerminalCommand(text: string): CommandLine {
  const line = parseCommand(text);
  return line.direct ? { file: 'sh', args: ['-c', `exec ${text.trim()}`], direct: false } : line;
}
