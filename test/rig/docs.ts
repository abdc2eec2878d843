import { readFileSync } from 'node:fs';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

interface Block {
  readonly language: string;
  readonly text: string;
  /** The file named in the line before: `` `server.mjs` ``. */
  readonly file: string | undefined;
}

/** The blocks of code of a page, for tests that run them. */
export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(path.join(repository, document), 'utf8');
  return [...text.matchAll(/(?:^`([\w.]+)`\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, file, language = '', body = '']) => ({ language, text: body, file }),
  );
}
