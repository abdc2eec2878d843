import { at, isData, listAt, textAt, textsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import type { Container, Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';

export const PROBES = {
  'readiness-probe': {
    says: 'A container that goes on running has a readiness probe.',
    kubeScore: ['pod-probes'],
    kubeLinter: ['no-readiness-probe'],
    polaris: ['readinessProbeMissing'],
    optional: ['no-readiness-probe'],
  },
  'liveness-probe': {
    says: 'A container that goes on running has a liveness probe.',
    kubeScore: ['pod-probes'],
    kubeLinter: ['no-liveness-probe'],
    polaris: ['livenessProbeMissing'],
    optional: ['no-liveness-probe'],
  },
  'probes-identical': {
    says: 'The readiness and the liveness probe of a container are different ones.',
    kubeScore: ['pod-probes-identical'],
  },
  'probe-port': {
    says: 'The port of a probe is a port of its container.',
    kubeLinter: ['liveness-port', 'readiness-port', 'startup-port'],
  },
  'startup-probe': {
    says: 'A container with a liveness probe has a startup probe, so that a slow start is not taken for a hang.',
  },
  'liveness-of-others': {
    says: 'A liveness probe asks nobody but its own container.',
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof PROBES>;

const KINDS = ['liveness', 'readiness', 'startup'] as const;

export function checkProbes(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) {
    if (pod.ends) continue;
    for (const container of pod.containers) {
      if (container.isInit) continue;
      checkPresence(pod, container, set, report);
      checkIdentical(pod, container, report);
      checkPorts(pod, container, report);
      checkOthers(pod, container, set, report);
    }
  }
}

function checkPresence(pod: Pod, { name, data }: Container, set: ObjectSet, report: Wrong): void {
  const has = (field: string, of: unknown = data) => isData(at(of, field));
  for (const [rule, field, hint] of [
    ['readiness-probe', 'readinessProbe', 'it gets requests before it can answer'],
    ['liveness-probe', 'livenessProbe', 'nobody restarts it when it hangs'],
  ] as const) {
    if (has(field)) continue;
    // One of a pod that a Service selects is enough for kube-score.
    const isScored = set.servicesOf(pod).length > 0 && !pod.containers.some((other) => has(field, other.data));
    report({
      rule,
      object: pod.owner,
      container: name,
      text: `${hint}; add a ${field}`,
      without: isScored ? [] : ['pod-probes'],
    });
  }
  if (has('livenessProbe') && !has('startupProbe'))
    report({
      rule: 'startup-probe',
      object: pod.owner,
      container: name,
      text: 'a slow start ends in a restart; add a startupProbe',
    });
}

function checkIdentical({ owner }: Pod, { name, data }: Container, report: Wrong): void {
  const [readiness, liveness] = [at(data, 'readinessProbe'), at(data, 'livenessProbe')];
  const same =
    isSame(readiness, liveness, 'httpGet', ['path', 'port']) ||
    isSame(readiness, liveness, 'tcpSocket', ['port']) ||
    isSame(readiness, liveness, 'grpc', ['port', 'service']) ||
    isSame(readiness, liveness, 'exec', ['command']);
  if (same)
    report({
      rule: 'probes-identical',
      object: owner,
      container: name,
      text: 'what makes it not ready restarts it as well; let livenessProbe ask for less than readinessProbe',
      without: isData(at(readiness, 'grpc')) ? ['pod-probes-identical'] : [],
    });
}

function isSame(one: unknown, other: unknown, handler: string, fields: readonly string[]): boolean {
  if (!isData(at(one, handler)) || !isData(at(other, handler))) return false;
  return fields.every((field) => JSON.stringify(at(one, handler, field)) === JSON.stringify(at(other, handler, field)));
}

function checkPorts({ owner }: Pod, { name, data }: Container, report: Wrong): void {
  const ports = listAt(data, 'ports');
  for (const kind of KINDS)
    for (const handler of ['httpGet', 'tcpSocket', 'grpc']) {
      const port = at(data, `${kind}Probe`, handler, 'port');
      const isThere = ports.some((one) => at(one, 'name') === port || at(one, 'containerPort') === port);
      if (port === undefined || isThere) continue;
      report({
        rule: 'probe-port',
        object: owner,
        container: name,
        text: `${kind}Probe asks port ${JSON.stringify(port)}, which is not among its ports; add it there, or correct it`,
        without: KINDS.filter((other) => other !== kind).map((other) => `${other}-port`),
      });
    }
}

/** `http://db/…`, `-h db`, `--host=db` */
const HOST = /(?::\/\/(?:[^@/\s]*@)?|(?:^|\s)(?:-h|--host)[\s=])([a-z][a-z0-9-]*)/g;

function checkOthers(pod: Pod, { name, data }: Container, set: ObjectSet, report: Wrong): void {
  const command = textsAt(data, 'livenessProbe', 'exec', 'command').join(' ');
  const hosts = [...command.matchAll(HOST)].map(([, host = '']) => host);
  const others = [textAt(data, 'livenessProbe', 'httpGet', 'host') ?? '', ...hosts].filter(
    (host) => set.find('Service', pod.namespace, host.split('.')[0] ?? '') !== undefined,
  );
  for (const other of others)
    report({
      rule: 'liveness-of-others',
      object: pod.owner,
      container: name,
      text: `livenessProbe asks ${other}, whose failure restarts this as well; ask only what runs in the container`,
    });
}
