/** What the screen needs, and how it is given back. */
export const ENTER =
  '\u001b[?1049h' + // the alternate screen
  '\u001b[?25l' + // no cursor
  '\u001b[?7l' + // a row that is too long is cut
  '\u001b[?2004h' + // pasted text is told from typed text
  '\u001b[?1004h'; // tell when the window gets the focus
export const MOUSE_ON = '\u001b[?1002h\u001b[?1006h';
export const MOUSE_OFF = '\u001b[?1002l\u001b[?1006l';
export const LEAVE =
  '\u001b[?2026l' + MOUSE_OFF + '\u001b[?1004l\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[m\u001b[?1049l';
