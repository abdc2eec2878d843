import { execFile } from 'node:child_process';
import { FailureError } from '../../../core/failure.ts';

export interface SopsPlace {
  /** Of the project: the nearest `.sops.yaml` from there on is the one. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a shell exits with when there is no such program. */
const NOT_FOUND = 127;

/**
 * As that file, by the rules of the project. The text comes on standard input: no other file and no argument has it. Node
 * hands over a socket, which nobody can open by the name /dev/stdin, and so a shell makes a pipe of it.
 */
export function encryptBySops(text: string, file: string, { root, env }: SopsPlace): Promise<string> {
  const args = ['encrypt', '--encrypted-regex', '^(data|stringData)$', '--input-type', 'yaml', '--output-type', 'yaml'];
  const all = [...args, '--filename-override', file, '/dev/stdin'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      'sh',
      ['-c', 'cat | sops "$@"', 'sh', ...all],
      { cwd: root, env },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.code === NOT_FOUND) reject(new FailureError({ code: 'sops-missing' }));
        else reject(new FailureError({ code: 'sops-failed', file, reason: stderr.trim() || error.message }));
      },
    );
    // Who ends without reading says why in its own words.
    child.stdin?.on('error', () => undefined).end(text);
  });
}
