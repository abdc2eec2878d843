/** What the command line needs of the terminal interface; with it comes ink. */
export { openTui, type Tui, type TuiParts } from './app.ts';
export { readSaved } from './saved.ts';
export { openTerminal } from './terminal/terminal.ts';
