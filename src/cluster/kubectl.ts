import { FailureError } from '../core/failure.ts';
import type { KubeObject } from '../promote/kubernetes/object.ts';
import { listAt } from '../promote/kubernetes/rules/data.ts';
import { applyFailure } from './apply-failure.ts';
import { followProgram, runProgram } from './program.ts';
import type { Env, Ran } from './program.ts';

/** How a cluster is reached: never by what is current in the user's own file. */
export interface Access {
  readonly context: string;
  /** Undefined for the user's own. */
  readonly kubeconfig?: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** The kubectl of this machine, for one cluster. */
export interface Kubectl {
  /** Creates and changes; nothing is taken away. Gives the objects as they are then. */
  apply(objects: readonly KubeObject[]): Promise<readonly KubeObject[]>;
  /** What objects in a namespace may be there: `deployments.apps`. */
  kinds(): Promise<ReadonlySet<string>>;
  /** Whether whoever asks is allowed to do this with all of these kinds. */
  may(verb: string, kinds: readonly string[], namespace: string): Promise<boolean>;
  /** In all namespaces where none is named. */
  list(kinds: readonly string[], namespace: string | undefined, selector?: string): Promise<readonly KubeObject[]>;
  /** `orphan` leaves its pods, and their data; only then its end is waited for. */
  remove(kind: string, name: string, namespace: string, cascade?: 'background' | 'orphan'): Promise<void>;
  /** The last lines of a container; none when there are none. */
  log(pod: string, container: string, namespace: string, previous: boolean): Promise<readonly string[]>;
  /** Calls back for each change of pods, and again when the stream ends, which any proxy may do. */
  watchPods(namespace: string, onChange: () => void): { stop(): Promise<void> };
  /** Undefined when it answers. */
  unreachable(): Promise<string | undefined>;
  /** As it is, for what has no name here. */
  run(args: readonly string[], input?: string | NodeJS.ReadableStream): Promise<Extract<Ran, { kind: 'ended' }>>;
}

const MANAGER = 'devstack';
const LOG_LINES = 20;

export function kubectlOf({ context, kubeconfig, env, signal }: Access): Kubectl {
  const where = [`--context=${context}`, ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`])];
  const run: Kubectl['run'] = async (args, input) => {
    const ran = await runProgram('kubectl', [...where, ...args], {
      env,
      signal,
      ...(input !== undefined && { input }),
    });
    if (signal.aborted) throw new FailureError({ code: 'interrupted' });
    if (ran.kind === 'missing') throw new FailureError({ code: 'tool-missing', tool: 'kubectl' });
    return ran;
  };
  const must = async (doing: string, args: readonly string[]): Promise<string> => {
    const { code, output, talk } = await run(args);
    if (code !== 0) throw new FailureError({ code: 'cluster-refused', cluster: context, doing, reason: talk.trim() });
    return output;
  };
  return {
    run,
    async apply(objects) {
      if (objects.length === 0) return [];
      const args = [
        'apply',
        '--server-side',
        `--field-manager=${MANAGER}`,
        '--force-conflicts',
        '-o',
        'json',
        '-f',
        '-',
      ];
      const { code, output, talk } = await run(
        args,
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
      );
      if (code !== 0) throw new FailureError(applyFailure(context, talk));
      return itemsOf(JSON.parse(output));
    },
    async kinds() {
      // An API that is away (metrics, say) makes it fail after it has named all others.
      const { code, output, talk } = await run(['api-resources', '--namespaced', '-o', 'name']);
      const names = new Set(output.split('\n').filter((name) => name !== ''));
      if (code === 0 || names.size > 0) return names;
      throw new FailureError({
        code: 'cluster-refused',
        cluster: context,
        doing: 'asking what it knows',
        reason: talk.trim(),
      });
    },
    async may(verb, kinds, namespace) {
      const answers = await Promise.all(kinds.map((kind) => run(['auth', 'can-i', verb, kind, '-n', namespace, '-q'])));
      return answers.every(({ code }) => code === 0);
    },
    async list(kinds, namespace, selector) {
      const filter = selector === undefined ? [] : ['-l', selector];
      const place = namespace === undefined ? ['-A'] : ['-n', namespace];
      const args = ['get', kinds.join(','), ...place, ...filter, '-o', 'json', '--ignore-not-found'];
      const output = await must(`looking at ${namespace ?? 'all namespaces'}`, args);
      return output.trim() === '' ? [] : itemsOf(JSON.parse(output));
    },
    async remove(kind, name, namespace, cascade = 'background') {
      // Whoever keeps the pods makes the object anew, for which the old one has to be gone.
      const isAwaited = cascade === 'orphan';
      const how = [
        isAwaited ? '--wait' : '--wait=false',
        `--cascade=${cascade}`,
        ...(isAwaited ? ['--timeout=60s'] : []),
      ];
      await must(`removing ${kind} ${name}`, ['delete', kind, name, '-n', namespace, '--ignore-not-found', ...how]);
    },
    async log(pod, container, namespace, previous) {
      const which = previous ? ['--previous'] : [];
      const args = ['logs', pod, '-c', container, '-n', namespace, `--tail=${LOG_LINES}`, ...which];
      const { code, output } = await run(args);
      return code === 0 ? output.split('\n').filter((line) => line !== '') : [];
    },
    watchPods(namespace, onChange) {
      const path = `/api/v1/namespaces/${namespace}/pods?watch=1`;
      return followProgram('kubectl', [...where, 'get', '--raw', path], { env, onLine: onChange, onEnd: onChange });
    },
    async unreachable() {
      const { code, talk } = await run(['version', '-o', 'json', '--request-timeout=10s']);
      return code === 0 ? undefined : (talk.trim().split('\n').at(-1) ?? 'no answer');
    },
  };
}

/** One object, or a list of some. */
function itemsOf(answer: unknown): readonly KubeObject[] {
  const { kind } = answer as KubeObject;
  return kind === 'List' ? (listAt(answer, 'items') as readonly KubeObject[]) : [answer as KubeObject];
}
