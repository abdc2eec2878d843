const durationMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const memoryBytes = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 } as const;

/** `'10s'` in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = match?.[2];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') return undefined;
  return Math.round(Number(match?.[1]) * durationMs[unit]);
}

/** `'512Mi'` in bytes. */
export function parseMemory(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi)$/.exec(text);
  const unit = match?.[2];
  if (unit !== 'Ki' && unit !== 'Mi' && unit !== 'Gi') return undefined;
  return Math.round(Number(match?.[1]) * memoryBytes[unit]);
}

/** `'100m'`, `'0.5'` or `2` in thousandths of a core. */
export function parseCpu(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(value));
  if (!match) return undefined;
  const milli = Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
  return milli > 0 ? milli : undefined;
}
