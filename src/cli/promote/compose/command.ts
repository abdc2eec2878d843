import { spawn, spawnSync } from 'node:child_process';
import { FailureError } from '../../../core/failure.ts';

/** Compose v2, as the docker command has it or by itself. */
export interface ComposeCommand {
  /** Its output goes where ours goes. Fails with what it exited with. */
  run(args: readonly string[], options: { readonly cwd: string }): Promise<void>;
}

/** Without these variables: for compose those of the shell would win over those of its file. */
export function findCompose(shell: NodeJS.ProcessEnv, without: readonly string[] = []): ComposeCommand {
  const env = Object.fromEntries(Object.entries(shell).filter(([name]) => !without.includes(name)));
  const reasons: string[] = [];
  for (const words of [['docker', 'compose'], ['docker-compose']]) {
    const [file = '', ...first] = words;
    const asked = spawnSync(file, [...first, 'version', '--short'], { env, encoding: 'utf8' });
    const version = /\d+\.\d+(?:\.\d+)?/.exec(asked.stdout ?? '')?.[0];
    if (asked.status !== 0 || version === undefined) {
      reasons.push(`${words.join(' ')}: ${asked.error ? 'not found' : asked.stderr.trim().split('\n')[0]}`);
      continue;
    }
    if (Number(version.split('.')[0]) < 2) {
      reasons.push(`${words.join(' ')} is ${version}, and 2.20 is the oldest that reads the file`);
      continue;
    }
    return {
      run: (args, { cwd }) => runCompose([...words, ...args], cwd, env),
    };
  }
  throw new FailureError({ code: 'compose-missing', reason: reasons.join('; ') });
}

/** What there is of an earlier time. */
export function volumesOf(project: string, env: NodeJS.ProcessEnv): readonly string[] {
  const args = ['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  const { stdout } = spawnSync('docker', args, { env, encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter((name) => name !== '');
}

function runCompose(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [file = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve();
      if (signal === 'SIGINT' || code === 130) return reject(new FailureError({ code: 'interrupted' }));
      reject(new FailureError({ code: 'compose-failed', command: words.join(' '), exitCode: code ?? 1 }));
    });
  });
}
