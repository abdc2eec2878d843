import type { Trouble } from '../core/trouble.ts';

/** What kept a stack from coming up: first why, in `text`, then the last that each of them said. */
export function troublesText(text: string, troubles: readonly Trouble[]): string {
  return [text, ...troubles.flatMap(evidence)].join('\n');
}

function evidence({ name, lines, place }: Trouble): readonly string[] {
  const at = place ? [`${name} failed at ${place.file}:${place.line}`] : [];
  return [...at, ...lines.map((line) => `${name} | ${line}`)];
}
