import type { ConfigProblem } from '../../core/failure.ts';
import type { Workload } from '../workload.ts';
import type { KubeObject } from './object.ts';

const LABEL = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;
const KEY = /^(?:[a-z0-9][a-z0-9.-]{0,251}\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const VARIABLE = /^[\w.-]+$/;

/** What a cluster would refuse, with the line of the config it comes from. */
export function problemsOf(workloads: readonly Workload[], objects: readonly KubeObject[]): readonly ConfigProblem[] {
  return [...workloads.flatMap(badWords), ...doubles(workloads, objects)];
}

function badWords({ name, at, env, cluster: { labels = {}, annotations = {} } }: Workload): readonly ConfigProblem[] {
  const problem = (message: string): ConfigProblem => ({ code: 'bad-name', at, message: `${name}: ${message}` });
  return [
    ...Object.entries(labels)
      .filter(([key, value]) => !KEY.test(key) || !LABEL.test(value))
      .map(([key, value]) =>
        problem(
          `deploy.labels has ${key}: ${JSON.stringify(value)}, which is no label there: at most 63 letters, digits, -, _ and .`,
        ),
      ),
    ...Object.keys(annotations)
      .filter((key) => !KEY.test(key))
      .map((key) => problem(`deploy.annotations has ${JSON.stringify(key)}, which is no name of one there`)),
    ...Object.keys(env)
      .filter((key) => !VARIABLE.test(key))
      .map((key) => problem(`env has ${JSON.stringify(key)}, which no ConfigMap takes: letters, digits, -, _ and .`)),
  ];
}

/** What stands beside one may have the name of another. */
function doubles(workloads: readonly Workload[], objects: readonly KubeObject[]): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return objects.flatMap(({ kind, metadata: { name, labels = {} } }) => {
    const key = `${kind} ${name}`;
    const isNew = !seen.has(key);
    seen.add(key);
    if (isNew) return [];
    const owner = workloads.find((one) => one.name === labels['app.kubernetes.io/name']);
    const message = `${owner?.name ?? name}: two of its stack are the ${kind} ${name} there. Rename one of them.`;
    return [{ code: 'name-taken', ...(owner && { at: owner.at }), message }];
  });
}
