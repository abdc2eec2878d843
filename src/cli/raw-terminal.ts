import { spawnSync } from 'node:child_process';

/** Hands the terminal to a program that runs elsewhere: keys go to it as they are, and what it draws comes as it is. */
export function takeTerminal(): () => void {
  process.stdin.setRawMode(true);
  // Node's raw mode still turns every line feed into a line end, which tears what a full-screen program draws.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  return () => void process.stdin.setRawMode(false);
}
