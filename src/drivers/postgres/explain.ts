/** The server's message with the line it is about, and a word on what only psql understands. */
export function explain(error: unknown, sql: string): string {
  const line = lineOf(error, sql);
  const text = line === undefined ? textOf(error) : `line ${line}: ${textOf(error)}`;
  const command = /^\s*\\([a-z]+|\.)/m.exec(sql);
  if (command) return `${text} (\\${command[1]} is a command of psql, not SQL: call psql from a .sh file)`;
  if (/^\s*copy\b[^;]*\bfrom\s+stdin/im.test(sql))
    return `${text} (data after COPY … FROM stdin needs psql: call it from a .sh file)`;
  return text;
}

function lineOf(error: unknown, sql: string): number | undefined {
  if (!(error instanceof Error) || !('position' in error)) return undefined;
  const position = Number(error.position);
  if (!Number.isInteger(position) || position < 1) return undefined;
  // Counted in characters, not in the units of a JavaScript string.
  return (
    Array.from(sql)
      .slice(0, position - 1)
      .filter((character) => character === '\n').length + 1
  );
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail = 'detail' in error && typeof error.detail === 'string' ? ` (${error.detail})` : '';
  return error.message + detail;
}
