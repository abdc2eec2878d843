import { InvalidArgumentError, Option } from 'commander';
import { parseStoreRef } from '../core/secret-mode.ts';
import type { Use } from '../core/use.ts';
import type { SecretStoreRef } from '../core/secret-mode.ts';

export function platforms(text: string): readonly string[] {
  const all = text.split(',').map((one) => one.trim());
  const wrong = all.find((one) => !/^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9.]+)?$/.test(one));
  if (wrong !== undefined) throw new InvalidArgumentError('It must be like linux/arm64, or several with commas.');
  return [...new Set(all)];
}

export function tag(text: string): string {
  if (!/^\w[\w.-]{0,127}$/.test(text)) throw new InvalidArgumentError('It must be letters, digits, _, . and -.');
  return text;
}

export function secretStore(text: string): SecretStoreRef {
  const store = parseStoreRef(text);
  if (!store) throw new InvalidArgumentError('It must be a name, or SecretStore/name for one of the namespace.');
  return store;
}

export const runtime = (): Option =>
  new Option('--runtime <runtime>', 'how servers run, for all of them').choices([
    'auto',
    'docker',
    'native',
    'embedded',
  ]);

export const use = (): Option =>
  new Option(
    '--use <name=where>',
    'run one from its image (api=container), or use another address (api=URL)',
  ).argParser(uses);

/** `api=container`, `api=https://staging.example.com`; the option may be given several times. */
function uses(text: string, before: readonly Use[] = []): readonly Use[] {
  const [, name, instead] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || instead === undefined)
    throw new InvalidArgumentError('It must be like api=container or api=https://staging.example.com.');
  return [...before.filter((use) => use.name !== name), { name, instead }];
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function share(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be a duration such as 500ms, 90s, 5m or 1h.');
  return Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1_000);
}

/** A duration counts back from now. */
export function moment(text: string): number {
  if (/^\d+(?:\.\d+)?(ms|s|m|h|d)$/.test(text)) return Date.now() - duration(text);
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      'It must be a duration such as 10m, or a date and time such as 2026-01-31T12:00:00.',
    );
  return time;
}

export function pattern(text: string): string {
  try {
    return new RegExp(text).source;
  } catch (error) {
    throw new InvalidArgumentError(
      `It must be a regular expression: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
