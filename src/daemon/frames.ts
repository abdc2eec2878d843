import { StringDecoder } from 'node:string_decoder';

/** Cuts a byte stream into lines; undefined once a line is longer than `longest`. */
export function createFrameReader(longest: number): (chunk: Buffer) => readonly string[] | undefined {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const text = decoder.write(chunk);
    // What comes letter by letter is not looked through again each time.
    if (!text.includes('\n')) {
      rest += text;
      return rest.length > longest ? undefined : [];
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return rest.length > longest || lines.some(({ length }) => length > longest) ? undefined : lines;
  };
}
