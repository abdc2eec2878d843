/** What the engine says of a pull or a push: as many events as came at once. A line that is none is passed over. */
export async function* jsonEvents(stream: NodeJS.ReadableStream): AsyncGenerator<readonly unknown[]> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
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
