/** `85M`, `1.2G`: four characters at most. */
export function shortBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  if (megabytes < 1000) return `${Math.max(1, Math.round(megabytes))}M`;
  return `${(megabytes / 1000).toFixed(megabytes < 10_000 ? 1 : 0)}G`;
}

/** `950`, `12k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 1e6) return `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}

/** Words in lines of a width, at most `rows` of them; the last ends with `…` when there was more. */
export function inColumns(text: string, columns: number, rows: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < rows) {
    if (rest.length <= columns) {
      lines.push(rest);
      return lines;
    }
    if (lines.length === rows - 1) {
      lines.push(`${rest.slice(0, Math.max(0, columns - 1))}…`);
      return lines;
    }
    const space = rest.lastIndexOf(' ', columns);
    const cut = space > columns / 3 ? space : columns;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return lines;
}
