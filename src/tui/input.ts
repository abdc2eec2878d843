import { createDecoder } from './input/decoder.ts';
import type { InputEvent, Mouse } from './input/event.ts';

/** Bytes of the terminal, handed on as what they mean. */
export interface Input {
  push(bytes: Uint8Array): void;
}

export interface InputHandlers {
  readonly key: (key: string) => void;
  readonly paste: (text: string) => void;
  readonly mouse: (event: Mouse) => void;
}

/** An escape character that is followed by nothing for this long is the Escape key. */
const ESCAPE_MS = 25;

export function createInput({ key, paste, mouse }: InputHandlers): Input {
  const decoder = createDecoder();
  let timer: NodeJS.Timeout | undefined;
  const hand = (events: readonly InputEvent[]): void => {
    for (const event of events) {
      switch (event.kind) {
        case 'key':
          key(event.key);
          break;
        case 'paste':
          paste(event.text);
          break;
        case 'mouse':
          mouse(event);
          break;
        case 'focus':
        case 'reply':
          break;
      }
    }
  };
  return {
    push(bytes) {
      clearTimeout(timer);
      hand(decoder.push(bytes));
      if (decoder.pending()) timer = setTimeout(() => hand(decoder.flush()), ESCAPE_MS);
    },
  };
}
