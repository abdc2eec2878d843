/** What a user can ask for, with the keys for it. Help, palette, hints and the keys page are made from this table. */
interface Described {
  readonly id: string;
  readonly group: 'Services' | 'Logs' | 'Find' | 'Panes' | 'Copy' | 'General';
  /** What it does, for help and palette. */
  readonly title: string;
  /** What it does to a stack that another process runs, where that is something else; `hint` as below. */
  readonly attached?: { readonly title: string; readonly hint?: string };
  /** One or two words for the bottom line; those without are not shown there. */
  readonly hint?: string;
  /** Default keys: the letters of mprocs where it has them. */
  readonly keys: readonly string[];
  /** Keys of the `process-compose` preset, beside the default ones that it does not take. */
  readonly processCompose?: readonly string[];
  /** Only while the list or a pane has the keyboard; otherwise both. */
  readonly in?: 'list' | 'pane';
  /** Asks before it is done. */
  readonly asks?: boolean;
}

export type ActionId = (typeof ACTIONS)[number]['id'];

export interface Action extends Described {
  readonly id: ActionId;
}

export const ACTIONS = [
  // services
  {
    id: 'start',
    group: 'Services',
    title: 'Start the service, or run the task',
    hint: 'start',
    keys: ['s'],
    processCompose: ['f7'],
  },
  {
    id: 'stop',
    group: 'Services',
    title: 'Stop the service',
    hint: 'stop',
    keys: ['x'],
    processCompose: ['f9'],
    asks: true,
  },
  {
    id: 'restart',
    group: 'Services',
    title: 'Restart the service, in any state',
    hint: 'restart',
    keys: ['r'],
    processCompose: ['ctrl-r'],
  },
  { id: 'restart-failed', group: 'Services', title: 'Restart everything that failed', keys: ['R'] },
  {
    id: 'info',
    group: 'Services',
    title: 'Show its state, and why it is or is not running',
    hint: 'why',
    keys: ['i'],
    processCompose: ['f3'],
  },
  { id: 'card', group: 'Services', title: 'Show what went wrong with it', keys: ['c'] },
  { id: 'env', group: 'Services', title: 'Show its environment, secrets masked', keys: ['.'] },
  { id: 'open', group: 'Services', title: 'Open its URL in the browser', hint: 'open', keys: ['o'] },
  {
    id: 'input',
    group: 'Services',
    title: 'Send a line to its standard input; type into its terminal (tty)',
    keys: ['I'],
  },
  { id: 'watch', group: 'Services', title: 'Switch restarts on file changes off and on', keys: ['w'] },
  {
    id: 'debug',
    group: 'Services',
    title: 'Restart it with the debugger on a free port, or without again',
    keys: ['b'],
  },
  { id: 'graph', group: 'Services', title: 'Show the graph: who needs whom', keys: ['D'], processCompose: ['ctrl-q'] },
  { id: 'critical-path', group: 'Services', title: 'Show what the start waited for', keys: ['S'] },
  // logs
  {
    id: 'follow',
    group: 'Logs',
    title: 'Follow what comes, or stay',
    hint: 'follow',
    keys: ['f'],
    processCompose: ['f5'],
  },
  { id: 'wrap', group: 'Logs', title: 'Wrap long lines, or cut them', keys: ['W'], processCompose: ['f6'] },
  { id: 'times', group: 'Logs', title: 'Show the time of each line', keys: ['t'] },
  { id: 'pretty', group: 'Logs', title: 'Show JSON lines as written, or as level, message and fields', keys: ['J'] },
  { id: 'level', group: 'Logs', title: 'Show only lines of a level: all, info, warn, error', keys: ['l'] },
  {
    id: 'trace',
    group: 'Logs',
    title: 'Follow the request or trace of a line across all services, or stop',
    keys: ['T'],
  },
  { id: 'mute', group: 'Logs', title: 'Show or hide the service where several are shown together', keys: [' '] },
  { id: 'mark', group: 'Logs', title: 'Add a mark to the log', keys: ['m', 'enter'] },
  {
    id: 'clear',
    group: 'Logs',
    title: 'Hide what is older than now, or show it again',
    keys: ['C'],
    processCompose: ['ctrl-k'],
  },
  // find
  {
    id: 'search',
    group: 'Find',
    title: 'Search the whole history (regular expression, smart case)',
    hint: 'search',
    keys: ['/'],
    processCompose: ['ctrl-f'],
  },
  { id: 'next-match', group: 'Find', title: 'Next match, further up (older)', keys: ['n'], processCompose: ['ctrl-n'] },
  { id: 'previous-match', group: 'Find', title: 'Match further down (newer)', keys: ['N'] },
  { id: 'filter', group: 'Find', title: 'Show only lines that match', hint: 'filter', keys: ['&'] },
  { id: 'next-error', group: 'Find', title: 'Error further up (older)', keys: ['e'] },
  { id: 'previous-error', group: 'Find', title: 'Error further down (newer)', keys: ['E'] },
  { id: 'next-restart', group: 'Find', title: 'Go to the next start of the service', keys: [']'] },
  { id: 'previous-restart', group: 'Find', title: 'Go to the last start of the service', keys: ['['] },
  { id: 'log-start', group: 'Find', title: 'Go to the beginning of the log', keys: ['home', 'g'], in: 'pane' },
  { id: 'log-end', group: 'Find', title: 'Go to the end of the log, and follow', keys: ['end', 'G'], in: 'pane' },
  // panes
  { id: 'up', group: 'Panes', title: 'Up: the entry above, or a row', keys: ['up', 'k'] },
  { id: 'down', group: 'Panes', title: 'Down: the entry below, or a row', keys: ['down', 'j'] },
  { id: 'left', group: 'Panes', title: 'Fold the group; move a cut line to the right', keys: ['left', 'h'] },
  { id: 'right', group: 'Panes', title: 'Unfold the group; move a cut line to the left', keys: ['right'] },
  { id: 'first', group: 'Panes', title: 'First entry', keys: ['home', 'g'], in: 'list' },
  { id: 'last', group: 'Panes', title: 'Last entry', keys: ['end', 'G'], in: 'list' },
  { id: 'page-up', group: 'Panes', title: 'A page up in the log', keys: ['pageup'] },
  { id: 'page-down', group: 'Panes', title: 'A page down in the log', keys: ['pagedown'] },
  { id: 'half-up', group: 'Panes', title: 'Half a page up in the log', keys: ['ctrl-u'] },
  { id: 'half-down', group: 'Panes', title: 'Half a page down in the log', keys: ['ctrl-d'] },
  { id: 'lines-up', group: 'Panes', title: 'Three rows up in the log', keys: ['ctrl-y'] },
  { id: 'lines-down', group: 'Panes', title: 'Three rows down in the log', keys: ['ctrl-e'] },
  { id: 'focus', group: 'Panes', title: 'Give the keyboard to the log, or to the list', keys: ['ctrl-a'] },
  { id: 'next-pane', group: 'Panes', title: 'Next pane', keys: ['tab'] },
  { id: 'previous-pane', group: 'Panes', title: 'Previous pane', keys: ['shift-tab'] },
  { id: 'one-pane', group: 'Panes', title: 'One pane', keys: ['1'] },
  { id: 'two-panes', group: 'Panes', title: 'Two panes', keys: ['2'] },
  { id: 'four-panes', group: 'Panes', title: 'Four panes', keys: ['4'] },
  { id: 'pin', group: 'Panes', title: 'Pin the selected service to the pane, or unpin it', keys: ['P'] },
  {
    id: 'zoom',
    group: 'Panes',
    title: 'Give the whole screen to the log, or show the list again',
    hint: 'zoom',
    keys: ['z'],
    processCompose: ['f4', 'f8', 'ctrl-]'],
  },
  { id: 'all', group: 'Panes', title: 'Select all', keys: ['a'] },
  // copy
  {
    id: 'select',
    group: 'Copy',
    title: 'Select lines: move to extend, copy ends it',
    keys: ['v'],
    processCompose: ['ctrl-s'],
  },
  { id: 'copy', group: 'Copy', title: 'Copy the selection, or the line', keys: ['y'] },
  { id: 'copy-page', group: 'Copy', title: 'Copy what the pane shows', keys: ['Y'] },
  { id: 'mouse', group: 'Copy', title: 'Give the mouse back to the terminal, or take it', keys: ['M'] },
  // general
  { id: 'palette', group: 'General', title: 'Find a command by its name', keys: [':', 'p', 'ctrl-p'] },
  { id: 'help', group: 'General', title: 'Show the keys', hint: 'help', keys: ['?'], processCompose: ['f1'] },
  { id: 'cancel', group: 'General', title: 'Close, stop searching, drop the filter', keys: ['escape'] },
  { id: 'redraw', group: 'General', title: 'Draw the screen anew', keys: ['ctrl-l'] },
  {
    id: 'quit',
    group: 'General',
    title: 'Stop everything and quit',
    attached: { title: 'Leave; the stack goes on', hint: 'leave' },
    hint: 'quit',
    keys: ['q'],
    processCompose: ['f10'],
    asks: true,
  },
  {
    id: 'interrupt',
    group: 'General',
    title: 'Stop everything and quit at once; twice: kill it',
    attached: { title: 'Leave; the stack goes on' },
    keys: ['ctrl-c'],
  },
  { id: 'detach', group: 'General', title: 'Leave; the stack goes on', hint: 'detach', keys: ['d'] },
  {
    id: 'stop-all',
    group: 'General',
    title: 'Stop everything, also where another process runs it',
    keys: ['X'],
    asks: true,
  },
  { id: 'kill-all', group: 'General', title: 'Kill everything and quit', keys: ['Q'], asks: true },
] as const satisfies readonly Described[];

export const titleOf = ({ title, attached }: Action, isAttached: boolean): string =>
  isAttached && attached ? attached.title : title;
