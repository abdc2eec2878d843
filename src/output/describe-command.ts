import type { Failure } from '../core/failure.ts';
import { inWords } from './duration.ts';
import type { Description } from './describe.ts';

export type CommandFailure = Extract<
  Failure,
  {
    code:
      | 'config-not-found'
      | 'config-invalid'
      | 'unknown-name'
      | 'wrong-kind'
      | 'use-refused'
      | 'usage'
      | 'instance-name-invalid'
      | 'not-running'
      | 'already-running'
      | 'not-answering'
      | 'connection-lost'
      | 'protocol-mismatch'
      | 'timeout'
      | 'file-edited'
      | 'volumes-without-secrets'
      | 'compose-missing'
      | 'digest-unknown'
      | 'compose-failed'
      | 'buildx-missing'
      | 'buildx-failed'
      | 'certificate-invalid'
      | 'sops-missing'
      | 'sops-failed'
      | 'manifests-invalid'
      | 'file-exists'
      | 'source-unreadable'
      | 'platform-unsupported'
      | 'node-too-old'
      | 'state-unwritable'
      | 'interrupted';
  }
>;

export function describeCommand(failure: CommandFailure): Description {
  switch (failure.code) {
    case 'config-not-found':
      if (failure.file !== undefined) return { title: `There is no config file ${failure.file}.` };
      return {
        title: `There is no devstack.config.ts in ${failure.from} or above it.`,
        hint: 'devstack init writes one from what is in the folder.',
      };
    case 'config-invalid':
      return {
        title: failure.problems.map(({ at, message }) => (at === undefined ? message : `${at}  ${message}`)).join('\n'),
      };
    case 'unknown-name':
      return { title: unknownName(failure) };
    case 'wrong-kind':
      return { title: `${failure.command}: ${failure.name} is a ${failure.kind}; ${failure.reason}` };
    case 'use-refused':
      return { title: `--use ${failure.use}: ${failure.reason}.` };
    case 'usage':
      return { title: failure.message };
    case 'instance-name-invalid':
      return {
        title: `${JSON.stringify(failure.name)} is no name for an instance`,
        hint: 'It is made of up to 20 small letters, digits and dashes, begins with a letter and ends without a dash: devstack up --instance e2e. It comes from --instance, or from DEVSTACK_INSTANCE.',
      };
    case 'not-running':
      return { title: `${failure.instance} is not running.`, hint: 'devstack up starts it.' };
    case 'already-running':
      return {
        title: `${failure.instance} is already running in this checkout (pid ${failure.pid}).`,
        hint: 'It is just starting or stopping. Once it runs, devstack attach shows it; devstack down stops it.',
      };
    case 'not-answering':
      return {
        title: `${failure.instance} runs (pid ${failure.pid}), and has not answered for ${inWords(failure.afterMs)}.`,
        hint: `Where it was stopped with Ctrl-Z, fg in its terminal or kill -CONT ${failure.pid} lets it go on; devstack down ends it.`,
      };
    case 'connection-lost':
      return {
        title: `The connection to ${failure.instance} was lost: it has ended.`,
        hint: 'devstack up starts it again.',
      };
    case 'protocol-mismatch':
      return {
        title: `The running devstack speaks protocol ${failure.theirs}, this one ${failure.ours}: they are different versions.`,
        hint: 'Stop the running one with its own version, or with Ctrl-C in its terminal.',
      };
    case 'timeout':
      return {
        title: `After ${inWords(failure.afterMs)} still waiting for ${failure.waitingFor.map(({ name }) => name).join(', ')}.`,
        detail: failure.waitingFor.map(({ why }) => why).join('\n'),
      };
    case 'file-edited': {
      const [file, ...more] = failure.files;
      const what = more.length === 0 ? `${file} was` : `${failure.files.join(', ')} were`;
      return {
        title: `${what} changed by hand, or not written by devstack, and nothing was written`,
        hint: `Put your changes into ${failure.override}, which is never overwritten, or the file elsewhere; then promote again.`,
      };
    }
    case 'volumes-without-secrets':
      return {
        title: `${failure.volumes.join(', ')}: there is data of an earlier ${failure.file}, which is gone, and so are its passwords`,
        hint: `Put the old ${failure.file} back, or begin anew without the data: docker volume rm ${failure.volumes.join(' ')}`,
      };
    case 'compose-missing':
      return {
        title: 'There is no docker compose v2 here',
        detail: failure.reason,
        hint: 'Install it (docker-compose-plugin, or docker-compose from version 2.20 on). The files are written.',
      };
    case 'digest-unknown':
      return {
        title: `No registry told the digest of ${failure.images.map(({ image }) => image).join(', ')}`,
        detail: failure.images.map(({ image, reason }) => `${image}: ${reason}`).join('\n'),
        hint: `What ${failure.file} had of them stays. Go online, or log in (docker login), then: devstack images update`,
      };
    case 'compose-failed':
      return {
        title: `${failure.command} exited with code ${failure.exitCode}`,
        hint: 'What it said is above; docker compose logs tells what the services said.',
      };
    case 'buildx-missing':
      return {
        title: `Images for several platforms (${failure.platforms.join(', ')}) take docker buildx, which is not here`,
        detail: failure.reason,
        hint: 'Install it (docker-buildx-plugin, or docker-buildx), or build for one platform at a time: --platform linux/amd64',
      };
    case 'buildx-failed':
      return { title: `${failure.command} exited with code ${failure.exitCode}`, hint: 'What it said is above.' };
    case 'certificate-invalid':
      return {
        title: `Secrets cannot be sealed with ${failure.file}`,
        detail: failure.reason,
        hint: `Ask the cluster for its certificate: kubeseal --fetch-cert > ${failure.file}`,
      };
    case 'sops-missing':
      return {
        title: 'Encrypting secrets for git takes sops, which is not here',
        hint: 'Install it (brew install sops, or github.com/getsops/sops/releases), version 3.9 or newer, or take another way: --secrets sealed-secrets. Nothing was written.',
      };
    case 'sops-failed':
      return {
        title: `sops did not encrypt ${failure.file}`,
        detail: failure.reason,
        hint: 'It goes by .sops.yaml of the project: a rule there has to be for that file, and its key has to be within reach. Nothing was written.',
      };
    case 'manifests-invalid':
      return {
        title: failure.problems.map(({ at, reason }) => `${at}: ${reason}`).join('\n'),
        hint: 'Nothing was looked at: objects name each other, so all of them are read first.',
      };
    case 'file-exists':
      return { title: `${failure.file} exists; it is left as it is.` };
    case 'source-unreadable':
      return {
        title: `${failure.file} cannot be read: ${failure.reason}`,
        hint: 'Nothing was written. Name another file with --from, or leave it out.',
      };
    case 'platform-unsupported':
      return {
        title: `devstack does not run on ${failure.platform} itself.`,
        hint: 'Use it inside WSL 2: https://learn.microsoft.com/windows/wsl/install',
      };
    case 'node-too-old':
      return { title: `devstack needs Node 20.19 or newer; this is ${failure.version}.` };
    case 'state-unwritable':
      return { title: `Cannot write to ${failure.path}: ${failure.reason}` };
    case 'interrupted':
      return { title: 'Interrupted.' };
  }
}

function unknownName({
  command,
  name,
  suggestion,
  resources,
  groups,
}: Extract<Failure, { code: 'unknown-name' }>): string {
  const guess = suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
  const known = groups.length > 0 ? ` Groups: ${groups.join(', ')}.` : '';
  const all = suggestion === undefined ? ` Resources: ${resources.join(', ')}.` : '';
  // What is no name at all is shown, not repeated.
  const what = /^[\w./-]+$/.test(name) ? `${command} ${name}` : command;
  return `${what}: no resource or group ${JSON.stringify(name)}.${guess}${all}${known}`;
}
