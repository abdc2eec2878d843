import type { Exit } from '../core/failure.ts';

/** What well-known signals mean to somebody who did not send them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'was killed (SIGKILL)',
  SIGTERM: 'was ended by SIGTERM',
  SIGINT: 'was interrupted (SIGINT)',
  SIGHUP: 'was ended by a hang-up (SIGHUP)',
  SIGSEGV: 'crashed with a memory fault (SIGSEGV)',
  SIGBUS: 'crashed with a bus error (SIGBUS)',
  SIGABRT: 'aborted itself (SIGABRT)',
  SIGFPE: 'crashed with an arithmetic fault (SIGFPE)',
  SIGILL: 'crashed with an illegal instruction (SIGILL)',
  SIGPIPE: 'ended because its reader was gone (SIGPIPE)',
};

const CODES: Readonly<Record<number, string>> = {
  126: 'exited with code 126 (found, but not executable)',
  127: 'exited with code 127 (command not found)',
  130: 'exited with code 130 (interrupted)',
  137: 'exited with code 137 (killed, often for using too much memory)',
  139: 'exited with code 139 (memory fault)',
  143: 'exited with code 143 (ended by SIGTERM)',
};

const OUTSIDE: Readonly<Record<NonNullable<Extract<Exit, { kind: 'signal' }>['because']>, string>> = {
  'engine-stopped': 'was stopped together with the Docker engine',
  removed: 'ended because somebody removed its container',
};

export function exitInWords(exit: Exit): string {
  switch (exit.kind) {
    case 'code':
      return CODES[exit.code] ?? (exit.code === 0 ? 'exited by itself (code 0)' : `exited with code ${exit.code}`);
    case 'signal':
      if (exit.because) return OUTSIDE[exit.because];
      return exit.outOfMemory
        ? 'was killed by the system: out of memory'
        : (SIGNALS[exit.signal] ?? `was ended by ${exit.signal}`);
    case 'not-started':
      return 'could not be started';
  }
}
