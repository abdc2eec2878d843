import type { Failure } from '../core/failure.ts';
import type { PortHolder } from '../core/port-holder.ts';
import { inWords } from './duration.ts';
import { exitInWords } from './exit-words.ts';
import { describeCluster, type ClusterFailure } from './describe-cluster.ts';
import { describeInfra, type InfraFailure } from './describe-infra.ts';
import { describeCommand, type CommandFailure } from './describe-command.ts';

/** What a person reads about a failure: what happened, to whom, and what to do next. */
export interface Description {
  readonly title: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** The only place with words about failures. */
export function describe(failure: Failure): Description {
  switch (failure.code) {
    case 'exited':
      return describeExit(failure);
    case 'not-ready':
      return describeNotReady(failure);
    case 'unhealthy':
      return {
        title: `${failure.resource} stopped answering its health check (${failure.failures} times in a row)`,
        detail: `Last: ${failure.lastProbe}.`,
        hint: `It is restarted by its restart policy. Its log: devstack logs ${failure.resource}`,
      };
    case 'timed-out':
      return {
        title: `${failure.resource} was still running after ${inWords(failure.afterMs)} and was stopped`,
        hint: 'Raise its timeout, or find what it waits for in its log.',
      };
    case 'not-stopped':
      return {
        title: `${failure.resource} does not end, even when killed`,
        detail: 'A process that waits for the kernel (a dead network file system, say) cannot be ended.',
        hint: `Look at it: ps -o pid,stat,wchan,args${failure.pid === undefined ? '' : ` -p ${failure.pid}`}`,
      };
    case 'command-not-found':
      return {
        title: `${failure.resource}: "${failure.command}" → command not found (127) in ${failure.cwd}`,
        hint: 'Install the program, or correct the command. Programs in node_modules/.bin are found by themselves.',
      };
    case 'spawn-failed':
      return {
        title: `${failure.resource} could not be started: ${failure.reason}`,
        hint: 'Check its command and cwd.',
      };
    case 'pty-unavailable':
      return {
        title: `${failure.resource} has tty: true and no terminal could be made: ${failure.reason}`,
        hint: `Install the optional package: npm install -D ${failure.package}. Or take tty: true out.`,
      };
    case 'cwd-missing':
      return {
        title: `${failure.resource}.cwd ${failure.cwd} does not exist.`,
        ...(failure.suggestion === undefined ? {} : { hint: `Did you mean ${failure.suggestion}?` }),
      };
    case 'env-file-missing':
      return {
        title: `${failure.resource}: env file ${failure.file} does not exist`,
        hint: 'Create it, or take it out of envFile.',
      };
    case 'env-file-invalid':
      return {
        title: `${failure.at}: ${failure.reason}`,
        hint: `${failure.resource} reads this file through envFile.`,
      };
    case 'port-in-use':
      return describePort(failure);
    case 'secret-missing':
      return {
        title: `${failure.name} is not set${usedBy(failure.usedBy)}`,
        hint: `Put ${failure.name}=… in .env.local, or let dev make one: secret('${failure.name}', { generate: true }).`,
      };
    case 'param-missing':
      return {
        title: `${failure.name} is not set${usedBy(failure.usedBy)}`,
        hint: `Put ${failure.name}=… in .env, or give it a default: param('${failure.name}', { default: … }).`,
      };
    case 'build-failed':
      return {
        title: `${failure.resource}: "${failure.command}" ${exitInWords(failure.exit)}; what ran before keeps running`,
        hint: `Its output is in the log: devstack logs ${failure.resource}. The next save builds again.`,
      };
    case 'writes-what-it-watches':
      return {
        title: `${failure.resource} writes ${failure.file}, which it watches (${failure.restarts} restarts in a row); changes of that file are ignored now`,
        hint: `Add it to watch.ignore: watch: { paths: …, ignore: '${failure.file}' }.`,
      };
    case 'engine-unreachable':
    case 'image-not-found':
    case 'image-denied':
    case 'image-unreachable':
    case 'dockerfile-missing':
    case 'image-build-failed':
    case 'push-denied':
    case 'push-failed':
    case 'disk-full':
    case 'container-failed':
    case 'runtime-unavailable':
    case 'data-of-other-runtime':
    case 'shared-server-differs':
    case 'server-shared':
    case 'init-failed':
    case 'loopback-only':
      return describeInfra(failure satisfies InfraFailure);
    case 'tool-missing':
    case 'cluster-failed':
    case 'cluster-port-in-use':
    case 'cluster-refused':
    case 'apply-refused':
    case 'rollout-failed':
    case 'data-source-down':
    case 'data-copy-failed':
      return describeCluster(failure satisfies ClusterFailure);
    case 'config-not-found':
    case 'config-invalid':
    case 'unknown-name':
    case 'wrong-kind':
    case 'use-refused':
    case 'usage':
    case 'instance-name-invalid':
    case 'not-running':
    case 'already-running':
    case 'not-answering':
    case 'connection-lost':
    case 'protocol-mismatch':
    case 'timeout':
    case 'file-edited':
    case 'volumes-without-secrets':
    case 'compose-missing':
    case 'compose-failed':
    case 'digest-unknown':
    case 'buildx-missing':
    case 'buildx-failed':
    case 'certificate-invalid':
    case 'sops-missing':
    case 'sops-failed':
    case 'manifests-invalid':
    case 'file-exists':
    case 'source-unreadable':
    case 'platform-unsupported':
    case 'node-too-old':
    case 'state-unwritable':
    case 'interrupted':
      return describeCommand(failure satisfies CommandFailure);
  }
}

type Of<C extends Failure['code']> = Extract<Failure, { code: C }>;

function usedBy(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (used by ${names.join(', ')})`;
}

function describeExit({ resource, exit, upMs, beforeReady }: Of<'exited'>): Description {
  if (exit.kind === 'not-started') return describe(exit.failure);
  return {
    title: `${resource} ${exitInWords(exit)} after ${inWords(upMs)}${beforeReady ? ', before it was ready' : ''}`,
    hint: `Its log: devstack logs ${resource}`,
  };
}

function describeNotReady({ resource, afterMs, lastProbe, listening, expected }: Of<'not-ready'>): Description {
  const elsewhere = listening.filter((port) => port !== expected);
  const wrongPort = expected !== undefined && elsewhere.length > 0 && !listening.includes(expected);
  const found = wrongPort
    ? ` The process listens on ${elsewhere.join(', ')}. It should listen on process.env.PORT (${expected}).`
    : '';
  return {
    title: `${resource}: ${lastProbe} for ${inWords(afterMs)}.${found}`,
    hint: lastProbe.includes('answers')
      ? `Is the path right? Its log: devstack logs ${resource}`
      : `Its log: devstack logs ${resource}`,
  };
}

/** `python3` of `/usr/bin/python3 -m http.server`. */
export const programOf = (command: string): string => /[^/\s]+(?=\s|$)/.exec(command)?.[0] ?? command;

function describePort({ resource, port, holder, owner }: Of<'port-in-use'>): Description {
  const wants = `${resource} wants port ${port}`;
  const ours = owner && `${owner.resource} of ${owner.instance}`;
  const title = holder
    ? `${wants}; ${processInWords(holder)} has it${ours === undefined ? '' : `: ${ours}`}.`
    : `${wants}; ${ours ?? 'another program'} has it.`;
  if (!owner) return { title, hint: "Stop it, or set port: 'auto'." };
  const { directory, name } = owner;
  const out =
    directory === undefined
      ? 'devstack ls shows it, devstack down --all ends it'
      : `Stop it: devstack down${name === undefined ? '' : ` --instance ${name}`} in ${directory}`;
  return { title, hint: `${out}. Or set port: 'auto'.` };
}

function processInWords({ pid, cwd, command }: PortHolder): string {
  return `${programOf(command)} (${[`pid ${pid}`, ...(cwd === undefined ? [] : [cwd]), command].join(', ')})`;
}
