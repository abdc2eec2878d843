import { frontDoorOf, instanceOf } from '../kubernetes/cluster.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { hostOf } from '../kubernetes/ingress.ts';
import type { Workload } from '../workload.ts';
import { text } from './hole.ts';
import type { TextPart } from './hole.ts';
import { codeOf } from './lifted.ts';

/** A front door whose host is a value of the chart. */
export interface Door {
  readonly host: string;
  readonly service: string;
}

/** What texts of objects are known by in the base and not before the installation in a chart. */
export interface Release {
  readonly chart: string;
  readonly namespace: string;
  readonly services: readonly string[];
  readonly doors: readonly Door[];
  /** Name of a Job to that of the task. */
  readonly jobs: ReadonlyMap<string, string>;
}

export function releaseOf({ stack, namespace, workloads }: Cluster, liftedHosts: ReadonlySet<string>): Release {
  return {
    chart: stack,
    namespace,
    services: workloads.map(({ name }) => name),
    doors: workloads
      .filter((one) => frontDoorOf(one) && liftedHosts.has(one.name))
      .map((one) => ({ host: hostOf(one, stack), service: one.name })),
    jobs: new Map(workloads.filter(isNamedByHash).map((one) => [instanceOf(one), one.name])),
  };
}

/** A Job cannot be changed, so one that is another has another name. */
export function isNamedByHash(workload: Workload): boolean {
  return instanceOf(workload) !== workload.name;
}

export const NAMESPACE = '$.Release.Namespace';

/** A text of an object as the template has it. */
export function ofRelease(words: string, key: string, release: Release): unknown {
  if (key === 'namespace' && words === release.namespace) return text({ code: NAMESPACE });
  if (key === 'app.kubernetes.io/managed-by' && words === 'devstack') return text({ code: '$.Release.Service' });
  const task = release.jobs.get(words);
  if (task !== undefined) return text({ code: `include "${release.chart}.${task}" $` });
  const parts = withAddresses(words, release);
  return parts.length === 1 && parts[0] === words ? words : text(...parts);
}

/** With the namespace and the hosts of addresses left open. */
export function withAddresses(words: string, release: Release): readonly TextPart[] {
  const { chart, namespace, services, doors } = release;
  const names = services.map(escaped).join('|');
  const hosts = doors.map(({ host }) => escaped(host)).join('|');
  // Also Services that operators and charts of others make, and pods of a set.
  const own = `(?:${names})(?:-headless|-ha-master)?|(?:(?:${names})-\\d+\\.)?(?:${names})-svc`;
  const inside = `(?<before>(?:${own})\\.)${escaped(namespace)}(?=\\.svc(?![\\w-]))`;
  const outside = `(?<scheme>https://)?(?<host>${hosts})(?![\\w.-])`;
  const pattern = new RegExp(`(?<![\\w.-])(?:${inside}${hosts === '' ? '' : `|${outside}`})`, 'g');
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of words.matchAll(pattern)) {
    const { before, scheme, host } = found.groups ?? {};
    parts.push(words.slice(end, found.index));
    end = found.index + found[0].length;
    const service = doors.find((door) => door.host === host)?.service;
    if (service === undefined) parts.push(before ?? '', { code: NAMESPACE });
    else {
      const values = codeOf('$.Values', [service]);
      parts.push({ code: scheme === undefined ? `${values}.ingress.host` : `include "${chart}.url" ${values}` });
    }
  }
  return [...parts, words.slice(end)].filter((part) => part !== '');
}

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
