import { StringDecoder } from 'node:string_decoder';

/** Cuts a byte stream into lines; undefined once a line is longer than `longest`. */
export function createFrameReader(longest: number): (chunk: Buffer) => readonly string[] | undefined {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    return rest.length > longest || lines.some(({ length }) => length > longest) ? undefined : lines;
  };
}
