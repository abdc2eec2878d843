import { mapOf, textOf } from './raw.ts';

export interface ComposePort {
  readonly target: number;
  /** On the host; undefined where only the network sees it, or where it may be any. */
  readonly published?: number;
  readonly protocol: 'tcp' | 'udp';
  readonly name?: string;
}

const SHORT =
  /^(?:(?:\[[^\]]*\]|\d+\.\d+\.\d+\.\d+|[a-z][\w.-]*):)?(?:(\d+)?(?:-(\d+))?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/;
const MOST = 20;

/** The ports of one entry: `8080:80`, `127.0.0.1:8080:80/udp`, `3000-3005:3000-3005`, or the long form. */
export function portsOf(entry: unknown, text: (value: string) => string): readonly ComposePort[] | undefined {
  const short = textOf(entry);
  if (short === undefined) return longPort(mapOf(entry), text);
  const [match, from, to, first, last, protocol] = SHORT.exec(text(short)) ?? [];
  if (match === undefined) return undefined;
  const count = last === undefined ? 1 : Number(last) - Number(first) + 1;
  if (count < 1 || count > MOST) return undefined;
  // A range for one port: any of them.
  const start = from === undefined || (to !== undefined && last === undefined) ? undefined : Number(from);
  return Array.from({ length: count }, (_, index) => ({
    target: Number(first) + index,
    ...(start === undefined ? {} : { published: start + index }),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  }));
}

function longPort(
  entry: { readonly [key: string]: unknown },
  text: (value: string) => string,
): readonly ComposePort[] | undefined {
  const target = Number(text(textOf(entry['target']) ?? ''));
  if (!Number.isInteger(target) || target <= 0) return undefined;
  const published = Number(text(textOf(entry['published']) ?? ''));
  const name = textOf(entry['name']);
  return [
    {
      target,
      ...(Number.isInteger(published) && published > 0 ? { published } : {}),
      protocol: entry['protocol'] === 'udp' ? 'udp' : 'tcp',
      ...(name !== undefined && /^[A-Za-z][\w-]*$/.test(name) ? { name } : {}),
    },
  ];
}
