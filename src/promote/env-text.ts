/** `db.password` is DB_PASSWORD. */
export function variableName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

/** Compose, and devstack itself, read quoted values without looking for variables in them. */
export function envFileText(head: readonly string[], values: ReadonlyMap<string, string>): string {
  const lines = [...values].map(([name, value]) => `${name}=${quoted(value)}`);
  return `${[...head.map((line) => `# ${line}`), ...lines].join('\n')}\n`;
}

export function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function quoted(value: string): string {
  if (/^[\w./:@%+,-]*$/.test(value)) return value;
  if (!/['\\\n\r]/.test(value)) return `'${value}'`;
  const escaped = value
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
