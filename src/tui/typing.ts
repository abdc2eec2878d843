import type { LogSource } from '../logs/source.ts';
import { encodeKey } from './input/encode.ts';
import type { Model } from './model.ts';
import { openLiveScreen, type LiveScreen } from './panes/live.ts';

/** Keys that go to a service with a terminal of its own, and its screen meanwhile. */
export interface Typing {
  /** Opens and closes the screen as the model has it. */
  follow(model: Model): void;
  screen(): LiveScreen | undefined;
  encode(key: string): string;
  encodePaste(text: string): string;
  close(): void;
}

export function createTyping(source: LogSource, changed: () => void): Typing {
  let wanted: string | undefined;
  let screen: LiveScreen | undefined;
  return {
    follow({ typing }) {
      if (typing === wanted) return;
      wanted = typing;
      screen?.close();
      screen = undefined;
      if (typing === undefined) return;
      // Without its screen the log is shown, and keys go to it all the same.
      void openLiveScreen(source, typing, changed).then(
        (opened) => {
          if (wanted !== typing) return opened.close();
          screen = opened;
          changed();
        },
        () => undefined,
      );
    },
    screen: () => screen,
    encode: (key) => screen?.encode(key) ?? encodeKey(key),
    encodePaste: (text) => screen?.encodePaste(text) ?? text,
    close: () => screen?.close(),
  };
}
