import type { Masker } from '../logs/mask.ts';

/** JSON text in which no known secret shows. */
export function maskedJson(value: unknown, masker: Masker): string {
  return masker.text(JSON.stringify(value));
}
