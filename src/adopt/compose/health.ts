import { list, object, value, type Entry, type Expression } from '../expression.ts';
import { mapOf, textOf, textsOf } from './raw.ts';
import type { ComposeService } from './service.ts';

const HTTP = /(?:curl|wget|http)\b.*?https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(\/[^\s"'|;]*)?/;
const DURATION = /^\d+(?:\.\d+)?(?:ms|s|m|h)$/;

/** A request with curl or wget becomes one of devstack's own; every other command runs as it is, in its container. */
export function healthOf({ raw, ports }: ComposeService, isNative: boolean): Expression | undefined {
  const written = mapOf(raw['healthcheck']);
  const test = written['test'];
  const words = Array.isArray(test)
    ? textsOf(test)
    : textOf(test) === undefined
      ? []
      : ['CMD-SHELL', textOf(test) ?? ''];
  const [kind, ...rest] = words;
  if (written['disable'] === true || kind === 'NONE' || rest.length === 0) return undefined;
  const [match, port, path = '/'] = HTTP.exec(rest.join(' ')) ?? [];
  const times = timesOf(written);
  // The first port is the one that is asked without a name.
  const isFirst = port === undefined || ports[0] === undefined || Number(port) === ports[0].target;
  if (match !== undefined && isFirst && ports.length > 0)
    return times.length === 0 ? value(path) : object([['http', value(path)], ...times]);
  if (isNative) return undefined;
  const command = kind === 'CMD' ? list(rest) : value(rest.join(' '));
  return object([['command', command], ...times]);
}

function timesOf(written: { readonly [key: string]: unknown }): readonly Entry[] {
  const times = (['interval', 'timeout', 'start_period'] as const).flatMap((key): readonly Entry[] => {
    const text = textOf(written[key]);
    const name = key === 'start_period' ? 'startPeriod' : key;
    return text !== undefined && DURATION.test(text) ? [[name, value(text)]] : [];
  });
  const retries = written['retries'];
  return typeof retries === 'number' && retries > 0 ? [...times, ['retries', value(retries)]] : times;
}
