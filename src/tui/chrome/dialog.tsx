import { Box, Text } from 'ink';
import type { ReactNode } from 'react';

export interface DialogProps {
  readonly title: string;
  /** Painted. */
  readonly lines: readonly string[];
  readonly foot?: string;
  readonly columns: number;
  readonly rows: number;
}

/** A box with a title in its upper edge. */
export function DialogBox({ title, lines, foot, columns, rows }: DialogProps): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Text wrap="truncate-end">{`╭─ \u001b[1m${title}\u001b[0m ${'─'.repeat(Math.max(0, columns - title.length - 5))}╮`}</Text>
      <Box
        flexDirection="column"
        width={columns}
        height={rows - 1}
        borderStyle="round"
        borderTop={false}
        paddingX={1}
        overflow="hidden"
      >
        {lines.map((line, at) => (
          <Text key={at} wrap="truncate-end">
            {line === '' ? ' ' : line}
          </Text>
        ))}
        {foot === undefined ? undefined : (
          <>
            <Text> </Text>
            <Text wrap="truncate-end">{foot}</Text>
          </>
        )}
      </Box>
    </Box>
  );
}
