const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `39 MB`: three digits at most. */
export function inBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 10 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`;
}
