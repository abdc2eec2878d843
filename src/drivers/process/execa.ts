import type { execa as execaType } from 'execa';

type Execa = typeof execaType;

let loading: Promise<Execa> | undefined;

/** For commands that run to their end; what stays is spawned without it (see `run.ts`). */
export function loadExeca(): Promise<Execa> {
  loading ??= import('execa').then(({ execa }) => execa);
  return loading;
}
