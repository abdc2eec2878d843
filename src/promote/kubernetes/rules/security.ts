import { at, dataAt, listAt, textAt, textsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import { securityOf, type Container, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';

export const SECURITY = {
  'run-as-root': {
    says: 'A container cannot run as root: `runAsNonRoot: true`, and neither user nor group 0.',
    kubeLinter: ['run-as-non-root'],
    polaris: ['runAsRootAllowed'],
  },
  'user-id': {
    says: 'A container runs as a user and a group from 10000 on, which no host has.',
    kubeScore: ['container-security-context-user-group-id'],
  },
  'privilege-escalation': {
    says: 'A container cannot get more rights than it began with.',
    kubeLinter: ['privilege-escalation-container'],
    polaris: ['privilegeEscalationAllowed'],
  },
  privileged: {
    says: 'A container says that it is not privileged.',
    kubeScore: ['container-security-context-privileged'],
    kubeLinter: ['privileged-container', 'privilege-escalation-container'],
    polaris: ['runAsPrivileged'],
  },
  'capabilities-kept': {
    says: 'A container drops all capabilities.',
    kubeLinter: ['drop-net-raw-capability'],
    polaris: ['insecureCapabilities', 'linuxHardening'],
  },
  'capabilities-added': {
    says: 'A container adds no capability but NET_BIND_SERVICE.',
    kubeLinter: ['privilege-escalation-container', 'drop-net-raw-capability'],
    polaris: ['dangerousCapabilities'],
  },
  seccomp: {
    says: 'A pod has the seccomp profile RuntimeDefault, or one of its own, and no container is without.',
    kubeScore: ['container-seccomp-profile'],
    optional: ['container-seccomp-profile'],
  },
  'read-only-root': {
    says: 'The file system of a container is read-only.',
    kubeScore: ['container-security-context-readonlyrootfilesystem'],
    kubeLinter: ['no-read-only-root-fs'],
    polaris: ['notReadOnlyRootFilesystem'],
  },
  'empty-dir-size': {
    says: 'An emptyDir has a size it cannot outgrow.',
  },
  'volume-type': {
    says: 'A volume is of a kind that the restricted Pod Security Standard knows.',
  },
  'probe-host': {
    says: 'Probes and hooks name no host: they are asked in their own pod.',
  },
  sysctl: {
    says: 'A pod sets no sysctl that others on the host feel.',
    kubeLinter: ['unsafe-sysctls'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof SECURITY>;

export function checkSecurity(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) {
    checkVolumes(pod, report);
    checkSysctls(pod, report);
    if (!['RuntimeDefault', 'Localhost'].includes(textAt(pod.spec, 'securityContext', 'seccompProfile', 'type') ?? ''))
      report({
        rule: 'seccomp',
        object: pod.owner,
        text: 'every system call is open to it; set securityContext.seccompProfile.type: RuntimeDefault of the pod',
      });
    for (const container of pod.containers) {
      checkUser(pod, container, report);
      checkRights(pod, container, report);
      checkCapabilities(pod, container, report);
      checkHosts(pod, container, report);
    }
  }
}

function checkUser(pod: Pod, container: Container, report: Wrong): void {
  const [user, group] = [securityOf(pod, container, 'runAsUser'), securityOf(pod, container, 'runAsGroup')];
  const isNonRoot = securityOf(pod, container, 'runAsNonRoot') === true;
  const isOtherUser = typeof user === 'number' && user > 0;
  const of = { object: pod.owner, container: container.name };
  if (!isNonRoot || user === 0 || group === 0)
    report({
      rule: 'run-as-root',
      ...of,
      text: 'it may run as root; set runAsNonRoot: true, and runAsUser and runAsGroup above 0',
      without: [
        ...(isOtherUser && group !== 0 ? ['run-as-non-root'] : []),
        ...(user !== 0 && (isNonRoot || isOtherUser) ? ['runAsRootAllowed'] : []),
      ],
    });
  const low = [['runAsUser', user] as const, ['runAsGroup', group] as const].filter(
    ([, id]) => typeof id !== 'number' || id < 10_000,
  );
  if (low.length > 0)
    report({
      rule: 'user-id',
      ...of,
      text: `${low.map(([field, id]) => `${field} is ${typeof id === 'number' ? id : 'not set'}`).join(', ')}, which may be somebody on the host; take one from 10000 on`,
    });
}

function checkRights({ owner: object, spec }: Pod, { name: container, data }: Container, report: Wrong): void {
  const security = dataAt(data, 'securityContext');
  if (security['allowPrivilegeEscalation'] !== false)
    report({
      rule: 'privilege-escalation',
      object,
      container,
      text: 'a setuid program makes it root; set securityContext.allowPrivilegeEscalation: false',
      without: security['allowPrivilegeEscalation'] === true ? [] : ['privilege-escalation-container'],
    });
  if (security['privileged'] !== false)
    report({
      rule: 'privileged',
      object,
      container,
      text: `${security['privileged'] === true ? 'it has all rights of the host' : 'it leaves open what it is'}; set securityContext.privileged: false`,
      // They take what is not there for false.
      without:
        security['privileged'] === true
          ? []
          : [...SECURITY.privileged.kubeScore, ...SECURITY.privileged.kubeLinter, ...SECURITY.privileged.polaris],
    });
  if (security['readOnlyRootFilesystem'] !== true)
    report({
      rule: 'read-only-root',
      object,
      container,
      text: 'whoever gets in writes programs to it; set securityContext.readOnlyRootFilesystem: true, with an emptyDir where it writes',
    });
  const profile = textAt(security, 'seccompProfile', 'type');
  const isOpen = profile === 'Unconfined' && textAt(spec, 'securityContext', 'seccompProfile', 'type') !== undefined;
  if (isOpen)
    report({
      rule: 'seccomp',
      object,
      container,
      text: 'it is Unconfined, whatever its pod is; take its seccompProfile out',
      without: ['container-seccomp-profile'],
    });
}

function checkCapabilities({ owner: object, spec }: Pod, { name: container, data }: Container, report: Wrong): void {
  const dropped = textsAt(data, 'securityContext', 'capabilities', 'drop');
  const isHardened =
    at(spec, 'securityContext', 'seccompProfile') !== undefined ||
    at(data, 'securityContext', 'seccompProfile') !== undefined;
  if (!dropped.includes('ALL'))
    report({
      rule: 'capabilities-kept',
      object,
      container,
      text: 'it keeps rights it does not need; set securityContext.capabilities.drop: [ALL]',
      without: [
        ...(dropped.includes('NET_RAW') ? ['drop-net-raw-capability'] : []),
        ...(isHardened || dropped.length > 0 ? ['linuxHardening'] : []),
      ],
    });
  for (const added of textsAt(data, 'securityContext', 'capabilities', 'add').filter(
    (one) => one !== 'NET_BIND_SERVICE',
  ))
    report({
      rule: 'capabilities-added',
      object,
      container,
      text: `${added} is more than a service needs; take it out of capabilities.add`,
      without: [
        ...(added === 'SYS_ADMIN' ? [] : ['privilege-escalation-container']),
        ...(added === 'NET_RAW' ? [] : ['drop-net-raw-capability']),
        ...(['ALL', 'SYS_ADMIN', 'NET_ADMIN'].includes(added) ? [] : ['dangerousCapabilities']),
      ],
    });
}

const RESTRICTED: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  // It has a rule of its own.
  'hostPath',
]);

function checkVolumes({ owner: object, spec }: Pod, report: Wrong): void {
  for (const volume of listAt(spec, 'volumes')) {
    const name = textAt(volume, 'name') ?? '';
    for (const type of Object.keys(dataAt(volume)).filter((field) => field !== 'name' && !RESTRICTED.has(field)))
      report({
        rule: 'volume-type',
        object,
        text: `volume ${name} is ${type}, which a restricted namespace refuses; claim it with a persistentVolumeClaim`,
      });
    if (at(volume, 'emptyDir') !== undefined && at(volume, 'emptyDir', 'sizeLimit') === undefined)
      report({
        rule: 'empty-dir-size',
        object,
        text: `volume ${name} may fill the disk of the host; set emptyDir.sizeLimit`,
      });
  }
}

function checkHosts({ owner: object }: Pod, { name: container, data }: Container, report: Wrong): void {
  const handlers = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((field) => [field, at(data, field)] as const),
    ...['preStop', 'postStart'].map((field) => [field, at(data, 'lifecycle', field)] as const),
  ];
  for (const [field, handler] of handlers)
    for (const kind of ['httpGet', 'tcpSocket'])
      if (at(handler, kind, 'host') !== undefined)
        report({
          rule: 'probe-host',
          object,
          container,
          text: `${field} asks a host from the network of the node; take ${kind}.host out`,
        });
}

function checkSysctls({ owner: object, spec }: Pod, report: Wrong): void {
  for (const name of listAt(spec, 'securityContext', 'sysctls').flatMap((one) => textAt(one, 'name') ?? []))
    if (/^(?:kernel\.(?:msg|sem|shm)|fs\.mqueue\.|net\.)/.test(name))
      report({
        rule: 'sysctl',
        object,
        text: `${name} is refused on most clusters; do without (for a port below 1024, listen on a higher one)`,
      });
}
