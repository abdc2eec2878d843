import type { FailedRollout, PodCause } from '../core/cluster.ts';
import type { Failure } from '../core/failure.ts';
import type { Description } from './describe.ts';
import { inWords } from './duration.ts';

export type ClusterFailure = Extract<
  Failure,
  {
    code:
      | 'tool-missing'
      | 'cluster-failed'
      | 'cluster-port-in-use'
      | 'cluster-refused'
      | 'apply-refused'
      | 'rollout-failed'
      | 'data-source-down'
      | 'data-copy-failed';
  }
>;

const INSTALL: Readonly<Record<Extract<Failure, { code: 'tool-missing' }>['tool'], string>> = {
  kind: 'brew install kind, or go install sigs.k8s.io/kind@latest, or see https://kind.sigs.k8s.io',
  kubectl: 'brew install kubectl, or see https://kubernetes.io/docs/tasks/tools',
  docker: 'see https://docs.docker.com/engine/install',
  k3d: 'brew install k3d, or see https://k3d.io',
  minikube: 'brew install minikube, or see https://minikube.sigs.k8s.io',
};

export function describeCluster(failure: ClusterFailure): Description {
  switch (failure.code) {
    case 'tool-missing':
      return {
        title: `${failure.tool} is not installed`,
        detail: `Install it: ${INSTALL[failure.tool]}.`,
        hint: 'To only write the files: devstack promote --to kubernetes',
      };
    case 'cluster-failed':
      return {
        title: `The cluster ${failure.cluster} could not ${failure.doing}`,
        detail: failure.reason,
        hint: failure.hint,
      };
    case 'cluster-port-in-use': {
      const { holder } = failure;
      const who = holder === undefined ? 'another program' : `${holder.command} (pid ${holder.pid})`;
      const leftover = holder?.leftoverOf === undefined ? '' : ' devstack started it: devstack down, in its folder.';
      return {
        title: `${failure.resource} is to be reached at port ${failure.port} of this machine, and ${who} has it.${leftover}`,
        hint: `Stop it, or move all ports of the cluster: --port-offset 10000`,
      };
    }
    case 'cluster-refused':
      return { title: `${failure.cluster} does not do what it was asked (${failure.doing})`, detail: failure.reason };
    case 'apply-refused':
      return { title: `${failure.cluster} refused objects`, detail: failure.reason, hint: failure.hint };
    case 'rollout-failed':
      return {
        title: failure.failed.map(headline).join('\n'),
        detail: failure.failed.flatMap((one) => detailOf(one, failure)).join('\n'),
        hint: `Failed after ${inWords(failure.afterMs)}. The cluster is kept: mend it and run the same command again.`,
      };
    case 'data-source-down': {
      const names = failure.resources.join(', ');
      return {
        title: `The data of ${names} is to be copied from dev, where ${failure.resources.length === 1 ? 'it does' : 'they do'} not run`,
        hint: `Start what has the data: devstack up -d ${failure.resources.join(' ')}`,
      };
    }
    case 'data-copy-failed':
      return {
        title: `The data of ${failure.resource} could not ${failure.doing} (${failure.cluster})`,
        detail: failure.reason,
        hint: failure.hint,
      };
  }
}

function headline({ resource, kind, ready, wanted, trouble: { cause } }: FailedRollout): string {
  return `${resource}  ${kind} ${ready}/${wanted}  ${causeInWords(cause)}`;
}

type Of<Kind extends PodCause['kind']> = Extract<PodCause, { kind: Kind }>;

/** Why a pod is not what it should be, in a word or two. */
export function causeInWords(cause: PodCause): string {
  switch (cause.kind) {
    case 'image':
      return cause.reason;
    case 'configuration':
      return 'cannot be created';
    case 'crash':
      return `keeps ending (exit code ${cause.exitCode}, restarted ${times(cause.restarts)})`;
    case 'out-of-memory':
      return `out of memory (restarted ${times(cause.restarts)})`;
    case 'unschedulable':
      return 'no node takes it';
    case 'volume':
      return 'has no storage';
    case 'refused':
      return 'its pods are refused';
    case 'probe':
    case 'slow':
      return 'is not ready';
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** What the cluster said, what it printed, and what to do. */
function detailOf(failed: FailedRollout, rollout: Rollout): readonly string[] {
  const { pod, container, cause, log } = failed.trouble;
  const where = [pod === undefined ? [] : [`pod ${pod}`], container === undefined ? [] : [`container ${container}`]];
  const said = 'message' in cause ? [cause.message] : [];
  return [
    ...(where.flat().length > 0 ? [`  ${where.flat().join('  ')}`] : []),
    ...log.map((line) => `  │ ${line}`),
    ...said.map((line) => `  ${line}`),
    `  ${adviceOf(failed, log, rollout)}`,
  ];
}

type Rollout = Extract<Failure, { code: 'rollout-failed' }>;

/** What shows all that it printed. */
function logsOf(resource: string, { target, cluster, namespace }: Rollout): string {
  return target === undefined
    ? `kubectl --context=${cluster} -n ${namespace} logs -l app.kubernetes.io/name=${resource} --tail=100`
    : `devstack logs --target ${target} ${resource}`;
}

function adviceOf({ resource, trouble: { cause } }: FailedRollout, log: readonly string[], rollout: Rollout): string {
  const isHere = rollout.target !== undefined;
  const logs = logsOf(resource, rollout);
  const text = log.join('\n');
  switch (cause.kind) {
    case 'image':
      return imageAdvice(cause, isHere);
    case 'configuration':
      if (/non-numeric user/.test(cause.message))
        return 'Its image names its user by a word. Write USER with a number into the Dockerfile.';
      if (/run as root/.test(cause.message))
        return 'Its image runs as root. Write USER with a number into the Dockerfile.';
      if (/not found|couldn't find key/.test(cause.message))
        return 'What it is to be given is not in the cluster: devstack promote --to kubernetes --diff shows what is written.';
      return `Look at it: kubectl describe, or ${logs}`;
    case 'crash':
      return crashAdvice(cause, text, logs);
    case 'out-of-memory':
      return `It may have ${cause.limit ?? 'as much as its limit'}. Raise deploy.resources.limits.memory, or let it use less.`;
    case 'unschedulable':
      return `It asks for more than the nodes have left: lower deploy.resources.requests, or have more nodes${isHere ? ' (--nodes 2)' : ''}.`;
    case 'volume':
      return `No class of storage provides for its claim. Name one: deploy.storageClass${isHere ? '; one node only writes to the storage of kind' : ''}.`;
    case 'refused':
      return /violates PodSecurity/.test(cause.message)
        ? 'The namespace takes pods with fewer rights only; fields are named above, and deploy.kubernetes can set them.'
        : 'The namespace has a quota or a policy of its own that says no.';
    case 'probe':
      return `Its health check says no. It is asked inside of its pod: does it listen on 0.0.0.0, at the port it is given? ${logs}`;
    case 'slow':
      return `It may only need longer (--timeout 10m). ${logs}`;
  }
}

function imageAdvice({ image, reason, message }: Of<'image'>, isHere: boolean): string {
  if (reason === 'ErrImageNeverPull') return `${image} is not on the node. Run the same command again: it is loaded.`;
  if (reason === 'InvalidImageName') return `${image} is no name of an image. Check image in the config.`;
  if (/unauthorized|denied|authorization|403|401/i.test(message))
    return isHere
      ? `Its registry wants a log-in. Pull it here (docker pull ${image}), and the same command loads it.`
      : 'Its registry wants a log-in: an imagePullSecret of its ServiceAccount, or of the nodes.';
  if (/not found|manifest unknown|404/i.test(message)) return `There is no ${image}. Check its name and tag.`;
  return isHere
    ? `The node cannot reach its registry. Pull it here (docker pull ${image}), and the same command loads it.`
    : `The nodes cannot pull it from its registry. Is it there (docker manifest inspect ${image}), and do they reach it?`;
}

function crashAdvice({ exitCode }: Of<'crash'>, log: string, logs: string): string {
  const [, host] = /(?:ECONNREFUSED|connection refused)[^\n]*?(127\.0\.0\.1|localhost|::1)/i.exec(log) ?? [];
  if (host !== undefined)
    return `It looks for somebody at ${host}, which is its own pod. Give it a reference instead of a literal (env: { URL: db.url }): every target has its own address.`;
  if (/too many open files/i.test(log))
    return 'The machine has run out of file watches: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';
  if (/EROFS|read-only file system/i.test(log))
    return 'Its root file system is read-only. Let it write to a volume (volumes), or to /tmp.';
  if (/EACCES|permission denied/i.test(log))
    return 'It runs without rights, as a user of its own: what it reads and writes has to belong to that user in the image.';
  if (exitCode === 127) return 'Its command is not in the image.';
  if (exitCode === 126) return 'Its command cannot be executed in the image (or is built for another processor).';
  return `All of its log: ${logs}`;
}
