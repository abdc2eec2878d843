import type { Outlook } from '../server-outlook.ts';

/** One thing that was looked at, as `doctor --json` prints it. */
export interface Row extends Outlook {
  readonly what: string;
}
