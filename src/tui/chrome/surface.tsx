import { EventEmitter } from 'node:events';
import { Box, render, Text, type Instance } from 'ink';
import type { ReactNode } from 'react';

/** A frame of its own that ink draws into; it knows nothing of the terminal. */
export interface Surface {
  /** Rows of the element; drawn again only when it is asked. */
  draw(element: ReactNode, columns: number): readonly string[];
  close(): void;
}

/** What ink needs of a terminal. */
class Frame extends EventEmitter {
  readonly isTTY = true;
  readonly rows = 1000;
  columns = 80;
  text = '';
  write(text: string): boolean {
    this.text = text;
    return true;
  }
}

/** Ink listens to nothing: keys are read elsewhere. */
class NoInput extends EventEmitter {
  readonly isTTY = true;
  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
  read(): null {
    return null;
  }
}

export function createSurface(): Surface {
  const frame = new Frame();
  let instance: Instance | undefined;
  let broken: { readonly error: unknown } | undefined;
  return {
    draw(element, columns) {
      if (broken) throw broken.error;
      if (frame.columns !== columns) {
        frame.columns = columns;
        frame.emit('resize');
      }
      if (instance) instance.rerender(element);
      else {
        instance = render(element, {
          stdout: frame as unknown as NodeJS.WriteStream,
          stderr: new Frame() as unknown as NodeJS.WriteStream,
          stdin: new NoInput() as unknown as NodeJS.ReadStream,
          // Draws at once, and everything.
          debug: true,
          exitOnCtrlC: false,
          patchConsole: false,
        });
        // What is thrown while it draws ends it.
        instance.waitUntilExit().catch((error: unknown) => (broken = { error }));
      }
      return frame.text.split('\n');
    },
    close() {
      instance?.unmount();
    },
  };
}

/** Lines that are painted already, in a column. */
export function Lines({ lines, columns }: { readonly lines: readonly string[]; readonly columns: number }): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      {lines.map((line, at) => (
        <Text key={at} wrap="truncate-end">
          {line === '' ? ' ' : line}
        </Text>
      ))}
    </Box>
  );
}
