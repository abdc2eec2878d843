import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { kubernetesClientsHere } from '../kubernetes-clients.ts';
import type { TestCluster } from './cluster.ts';

const here = kubernetesClientsHere();
const program = 'folder' in here ? `${here.folder}/kubectl` : 'kubectl';

/** Why a test that needs the real kubectl cannot run here, as a part of its name. CI has it. */
export function missingKubectl(): string {
  return 'reason' in here ? ` (skipped: ${here.reason})` : '';
}

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** The next line of its output that has this, or all of what it said so far as an error. */
  line(pattern: RegExp): Promise<string>;
  readonly finished: Promise<Said>;
  end(): Promise<Said>;
}

export function kubectl(cluster: Pick<TestCluster, 'env'>, ...args: readonly string[]): Promise<Said> {
  return start(cluster, args).finished;
}

/** `apply --server-side` of these objects, as devstack does it. */
export function apply(
  cluster: Pick<TestCluster, 'env'>,
  objects: readonly object[],
  ...more: readonly string[]
): Promise<Said> {
  const args = ['apply', '--server-side', '--field-manager=devstack', ...more, '-f', '-'];
  return start(cluster, args, objects.map((object) => stringify(object)).join('---\n')).finished;
}

export function start(cluster: Pick<TestCluster, 'env'>, args: readonly string[], input = ''): Running {
  const child = spawn(program, args, { env: { ...process.env, ...cluster.env } });
  let stdout = '';
  let stderr = '';
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const wake of waiting) wake();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const finished = new Promise<Said>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      for (const wake of waiting) wake();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    finished,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const index = lines.findIndex((line) => pattern.test(line));
          const [found] = index < 0 ? [] : lines.splice(0, index + 1).slice(-1);
          if (found === undefined && child.exitCode === null) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`no line like ${pattern.source} in: ${stdout}${stderr}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
    end() {
      child.kill();
      return finished;
    },
  };
}
