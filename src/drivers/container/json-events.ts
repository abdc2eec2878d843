/** What the engine says of a pull, a push or a build: as many events as came at once. A line that is none is passed over. */
export async function* jsonEvents(stream: NodeJS.ReadableStream): AsyncGenerator<readonly unknown[]> {
  // A character may come in two parts.
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map(parse);
  }
  if (rest.trim() !== '') yield [parse(rest)];
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line end alone
  }
}
