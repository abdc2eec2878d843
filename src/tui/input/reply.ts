import type { InputEvent, Reply } from './event.ts';

/** An answer in the form of a control sequence; undefined where it is not one we ask for. */
export function readReply(parameters: string, intermediates: string, final: string): InputEvent | undefined {
  const [, sign, ...numbers] = /^([?]?)(\d*)(?:;(\d*))?/.exec(parameters) ?? [];
  const [first = 0, second = 0] = numbers.map((digits: string | undefined) => Number(digits ?? ''));
  switch (`${sign ?? ''}${intermediates}${final}`) {
    case '?c':
      return reply({ to: 'attributes' });
    case '?u':
      return reply({ to: 'keyboard', flags: first });
    case '?$y':
      return reply({ to: 'mode', mode: first, state: second === 0 ? 'unknown' : second % 2 === 1 ? 'on' : 'off' });
    case 'R':
    case '?R':
      return first >= 1 && second >= 1 ? reply({ to: 'cursor', column: second - 1, row: first - 1 }) : undefined;
    default:
      return undefined;
  }
}

/** What came between `ESC ]` and its end: `11;rgb:1e1e/1e1e/2e2e`, with one to four hex digits each. */
export function readColour(text: string): InputEvent | undefined {
  const [, code, ...parts] = /^(1[01]);rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(text) ?? [];
  if (code === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = parts.map((hex) =>
    Math.round((Number.parseInt(hex, 16) / (16 ** hex.length - 1)) * 255),
  );
  return reply({ to: code === '10' ? 'foreground' : 'background', red, green, blue });
}

const reply = (reply: Reply): InputEvent => ({ kind: 'reply', reply });
