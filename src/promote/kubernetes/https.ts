import type { FilePart } from '../../core/config-file.ts';
import type { Value } from '../value.ts';
import type { Workload } from '../workload.ts';
import { frontDoorOf } from './cluster.ts';
import { hostOf } from './ingress.ts';

/** The same where every front door has a certificate: who was told its address is told that of there. */
export function withCertificates(workloads: readonly Workload[], stack: string): readonly Workload[] {
  const hosts = workloads.filter((one) => frontDoorOf(one)).map((one) => hostOf(one, stack));
  const secure = (text: string): string =>
    hosts.reduce(
      (changed, host) =>
        changed.replace(new RegExp(`http://${escaped(host)}(?::80)?(?![\\w.-])`, 'g'), `https://${host}`),
      text,
    );
  const value = (parts: Value): Value => parts.map((part) => (typeof part === 'string' ? secure(part) : part));
  const file = (content: string | readonly FilePart<Value>[]) =>
    typeof content === 'string'
      ? secure(content)
      : content.map((part) => (typeof part === 'string' ? secure(part) : { ...part, value: value(part.value) }));
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

function escaped(host: string): string {
  return host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
