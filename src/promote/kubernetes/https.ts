import type { FilePart } from '../../core/config-file.ts';
import type { Value } from '../value.ts';
import type { Workload } from '../workload.ts';
import { frontDoorOf } from './cluster.ts';
import { hostOf } from './ingress.ts';

/** The same where every front door has a certificate: who was told its address is told that of there. */
export function withCertificates(workloads: readonly Workload[], stack: string): readonly Workload[] {
  const hosts = workloads.filter((one) => frontDoorOf(one)).map((one) => hostOf(one, stack));
  return withAddresses(workloads, new Map(hosts.map((host) => [host, `https://${host}`])));
}

/** The same where hosts are at other addresses. */
export function withAddresses(workloads: readonly Workload[], urls: ReadonlyMap<string, string>): readonly Workload[] {
  const there = (text: string): string =>
    [...urls].reduce(
      (changed, [host, url]) =>
        changed.replace(new RegExp(`https?://${escaped(host)}(?::(?:80|443))?(?![\\w.:-])`, 'g'), url),
      text,
    );
  return withTexts(workloads, there);
}

/** The same with other texts. */
export function withTexts(workloads: readonly Workload[], there: (text: string) => string): readonly Workload[] {
  const value = (parts: Value) => changedValue(parts, there);
  const file = (content: string | readonly FilePart<Value>[]) =>
    typeof content === 'string'
      ? there(content)
      : content.map((part) => (typeof part === 'string' ? there(part) : { ...part, value: value(part.value) }));
  const each = <T>(all: { readonly [name: string]: T }, change: (one: T) => T) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
  return workloads.map((workload) => ({
    ...workload,
    env: each(workload.env, value),
    files: each(workload.files, file),
    ...(workload.sidecars && {
      sidecars: workload.sidecars.map((sidecar) => ({ ...sidecar, env: each(sidecar.env, value) })),
    }),
  }));
}

export function changedValue(parts: Value, there: (text: string) => string): Value {
  return parts.map((part) => (typeof part === 'string' ? there(part) : part));
}

export function escaped(host: string): string {
  return host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
