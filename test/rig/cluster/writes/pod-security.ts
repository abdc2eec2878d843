import { isList, mapAt, mapsAt, textAt } from '../json.ts';
import type { JsonMap } from '../json.ts';
import type { StoredObject } from '../object.ts';

/** What a namespace asks of pods, by its labels. */
export function levelOf(namespace: StoredObject | undefined, mode: 'enforce' | 'warn'): string {
  return namespace?.metadata.labels?.[`pod-security.kubernetes.io/${mode}`] ?? 'privileged';
}

/** `violates PodSecurity "restricted:latest": …`, or nothing. */
export function violation(level: string, podSpec: JsonMap): string | undefined {
  const found =
    level === 'privileged' ? [] : [...baseline(podSpec), ...(level === 'restricted' ? restricted(podSpec) : [])];
  return found.length === 0 ? undefined : `violates PodSecurity "${level}:latest": ${found.join(', ')}`;
}

const containersOf = (spec: JsonMap) => [...mapsAt(spec, 'initContainers'), ...mapsAt(spec, 'containers')];

function baseline(spec: JsonMap): readonly string[] {
  const namespaces = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const volumes = mapsAt(spec, 'volumes').filter((volume) => volume['hostPath'] !== undefined);
  const privileged = containersOf(spec).filter((one) => mapAt(one, 'securityContext')['privileged'] === true);
  return [
    ...(namespaces.length > 0 ? [`host namespaces (${namespaces.map((field) => `${field}=true`).join(', ')})`] : []),
    ...(volumes.length > 0 ? [`hostPath volumes (${counted('volume', volumes)})`] : []),
    ...(privileged.length > 0
      ? [`privileged (${counted('container', privileged)} must not set securityContext.privileged=true)`]
      : []),
  ];
}

function restricted(spec: JsonMap): readonly string[] {
  const pod = mapAt(spec, 'securityContext');
  const of = (container: JsonMap) => mapAt(container, 'securityContext');
  const all = containersOf(spec);
  const escalating = all.filter((one) => of(one)['allowPrivilegeEscalation'] !== false);
  const undropped = all.filter((one) => {
    const { drop } = mapAt(of(one), 'capabilities');
    return !isList(drop) || !drop.includes('ALL');
  });
  const maybeRoot = all.filter((one) => (of(one)['runAsNonRoot'] ?? pod['runAsNonRoot']) !== true);
  const root = all.filter((one) => (of(one)['runAsUser'] ?? pod['runAsUser']) === 0);
  const unconfined = all.filter((one) => {
    const type = textAt(of(one), 'seccompProfile', 'type') ?? textAt(pod, 'seccompProfile', 'type');
    return type !== 'RuntimeDefault' && type !== 'Localhost';
  });
  const say = (what: string, found: readonly JsonMap[], text: string) =>
    found.length === 0 ? [] : [`${what} (${text.replace('%', counted('container', found))})`];
  return [
    ...say(
      'allowPrivilegeEscalation != false',
      escalating,
      '% must set securityContext.allowPrivilegeEscalation=false',
    ),
    ...say('unrestricted capabilities', undropped, '% must set securityContext.capabilities.drop=["ALL"]'),
    ...say('runAsNonRoot != true', maybeRoot, 'pod or % must set securityContext.runAsNonRoot=true'),
    ...say('runAsUser=0', root, '% must not set runAsUser=0'),
    ...say(
      'seccompProfile',
      unconfined,
      'pod or % must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    ),
  ];
}

function counted(what: string, found: readonly JsonMap[]): string {
  const names = found.map(({ name }) => JSON.stringify(name));
  return `${what}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}
