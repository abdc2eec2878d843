/** A command line that needs no shell, as its words; `shell` for every other. */
export type CommandLine =
  | { readonly kind: 'words'; readonly env: readonly string[]; readonly words: readonly string[] }
  | { readonly kind: 'shell' };

const SHELL: CommandLine = { kind: 'shell' };
/** One word, quoted in whole or in part; none of what a shell would replace or act on. */
const WORD = /(?:[^\s'"\\`$;&|<>()*?#~]|'[^']*'|"[^"\\`$]*")+/y;

export function parseCommand(line: string): CommandLine {
  const text = line.trim();
  if (/[\n\r]/.test(text)) return SHELL;
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    WORD.lastIndex = at;
    const [word] = WORD.exec(text) ?? [];
    if (word === undefined) return SHELL;
    words.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, one?: string, two?: string) => one ?? two ?? ''));
    at += word.length;
    while (/\s/.test(text[at] ?? '')) at++;
  }
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (first === -1) return SHELL;
  return { kind: 'words', env: words.slice(0, first), words: words.slice(first) };
}

/** As a container takes it: a text of plain words needs no shell. */
export function shellWords(command: string | readonly string[]): readonly string[] {
  if (typeof command !== 'string') return command;
  const line = parseCommand(command);
  return line.kind === 'words' && line.env.length === 0 ? line.words : ['/bin/sh', '-c', command];
}

/** Without these options; one that ends in ` _` takes the next word with it. */
export function withoutOptions(words: readonly string[], options: readonly string[]): readonly string[] {
  const left: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const name = word.replace(/=.*/, '');
    if (options.includes(`${name} _`)) at += word.includes('=') ? 0 : 1;
    else if (!options.includes(name)) left.push(word);
  }
  return left;
}

/** The value of the first of these options: `--host x` or `--host=x`. */
export function optionOf(words: readonly string[], ...options: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (options.includes(word)) return words[at + 1];
    const [, name = '', value] = /^(-[^=]+)=(.*)$/.exec(word) ?? [];
    if (options.includes(name)) return value;
  }
  return undefined;
}
