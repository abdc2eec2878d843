import type { Workload } from '../workload.ts';
import type { Exemption } from './exemption.ts';

export interface Rights {
  readonly pod: Readonly<Record<string, unknown>>;
  readonly container: Readonly<Record<string, unknown>>;
  readonly exemptions: readonly Exemption[];
  /** The standard of pods called `restricted` takes it. */
  readonly isRestricted: boolean;
}

const SECCOMP = { seccompProfile: { type: 'RuntimeDefault' } };
const NOTHING = { allowPrivilegeEscalation: false, privileged: false };
const TO_BECOME_SOMEBODY = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'];

/** As few as its image is known to need. */
export function rightsOf(workload: Workload): Rights {
  const { confinement, cluster, sidecars = [] } = workload;
  const known = confinement ?? cluster.user;
  if (!known || known.user === 0) return rootRights();
  const { user, group } = known;
  const isReadOnly = confinement !== undefined;
  return {
    pod: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      fsGroupChangePolicy: 'OnRootMismatch',
      ...SECCOMP,
    },
    container: { ...NOTHING, readOnlyRootFilesystem: isReadOnly, capabilities: { drop: ['ALL'] } },
    exemptions: [
      ...(user < 10_000 || group < 10_000 ? [lowUser(user, workload)] : []),
      ...(isReadOnly ? [] : [WRITES]),
      ...(isReadOnly && sidecars.length > 0 ? [{ ...WRITES, reason: 'where its sidecars write is not known' }] : []),
    ],
    isRestricted: true,
  };
}

function lowUser(user: number, { engine, confinement }: Workload): Exemption {
  const whose =
    engine !== undefined ? 'the image comes with' : confinement ? 'the base image comes with' : 'its Dockerfile says';
  return { reason: `${whose} user ${user}`, kubeScore: ['container-security-context-user-group-id'] };
}

const WRITES: Exemption = {
  reason: 'its Dockerfile is not ours, and where the program writes is not known',
  kubeScore: ['container-security-context-readonlyrootfilesystem'],
  kubeLinter: ['no-read-only-root-fs'],
  polaris: ['notReadOnlyRootFilesystem'],
};

/** Images of which nothing is known may begin as root, prepare their folders and become somebody else. */
function rootRights(): Rights {
  return {
    pod: SECCOMP,
    container: {
      ...NOTHING,
      readOnlyRootFilesystem: false,
      capabilities: { drop: ['ALL'], add: TO_BECOME_SOMEBODY },
    },
    exemptions: [
      {
        reason: 'nothing is known of its image: it may begin as root and become somebody else',
        kubeScore: ['container-security-context-user-group-id', 'container-security-context-readonlyrootfilesystem'],
        kubeLinter: ['run-as-non-root', 'no-read-only-root-fs'],
        polaris: ['runAsRootAllowed', 'notReadOnlyRootFilesystem', 'insecureCapabilities'],
        rules: ['capabilities-added'],
      },
    ],
    isRestricted: false,
  };
}
