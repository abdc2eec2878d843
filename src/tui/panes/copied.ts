/** A text for the clipboard. `cut`: why it is not all that was asked for. */
export interface Copied {
  readonly text: string;
  readonly cut?: 'late' | 'long';
}

/** What is said once it is copied. */
export function copiedInWords({ text, cut }: Copied): string {
  if (text === '')
    return cut === 'late' ? 'no line was found in time: once more looks further' : 'there is nothing to copy';
  const lines = text.split('\n').length;
  const what = lines === 1 ? `copied ${text.length} characters` : `copied ${lines} lines`;
  if (cut === undefined) return what;
  return `${what}, not all: ${cut === 'late' ? 'the rest was not found in time' : 'more is too long for a clipboard'}`;
}
