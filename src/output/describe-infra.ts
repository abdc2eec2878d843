import type { Failure } from '../core/failure.ts';
import type { Description } from './describe.ts';

export type InfraFailure = Extract<
  Failure,
  {
    code:
      | 'engine-unreachable'
      | 'image-not-found'
      | 'image-denied'
      | 'image-unreachable'
      | 'dockerfile-missing'
      | 'image-build-failed'
      | 'push-denied'
      | 'push-failed'
      | 'disk-full'
      | 'container-failed'
      | 'runtime-unavailable'
      | 'data-of-other-runtime'
      | 'shared-server-differs'
      | 'server-shared'
      | 'init-failed'
      | 'loopback-only';
  }
>;

export function describeInfra(failure: InfraFailure): Description {
  switch (failure.code) {
    case 'engine-unreachable':
      return {
        title: `${failure.resource === undefined ? '' : `${failure.resource}: `}no Docker engine answers (${failure.reason})`,
        ...(failure.tried.length > 0 && { detail: `Tried: ${failure.tried.join(', ')}.` }),
        hint: failure.onlyContainer
          ? 'Start Docker, or point DOCKER_HOST at an engine.'
          : 'Start Docker, or point DOCKER_HOST at an engine, or let it run without: --runtime auto.',
      };
    case 'image-not-found':
      return {
        title: `${failure.resource}: there is no image ${failure.image}`,
        detail: failure.reason,
        hint: 'Check version (or image) in devstack.config.ts.',
      };
    case 'image-denied':
      return {
        title: `${failure.resource}: the registry does not let you pull ${failure.image}`,
        detail: failure.reason,
        hint: 'Log in (docker login), or check the name of the image.',
      };
    case 'image-unreachable':
      return {
        title: `${failure.resource}: ${failure.image} is not on this machine and its registry cannot be reached`,
        detail: failure.reason,
        hint: 'Go online once (docker pull), or let it run without a container: --runtime auto.',
      };
    case 'dockerfile-missing':
      return {
        title: `${failure.resource}: there is no ${failure.file} to build its image from`,
        hint: "Write one, or name another (build: { context, dockerfile }), or run it natively: dev: '…'.",
      };
    case 'image-build-failed':
      return {
        title: `${failure.resource}: its image could not be built${failure.step === undefined ? '' : `: ${failure.step} failed`} (${failure.at})`,
        detail: failure.reason,
        hint: failure.isShown
          ? 'What the build printed is above.'
          : `What the build printed: devstack logs ${failure.resource}`,
      };
    case 'push-denied':
      return {
        title: `The registry does not let you push ${failure.image}`,
        detail: failure.reason,
        hint: 'Log in (docker login), or check promote.compose.registry in devstack.config.ts.',
      };
    case 'push-failed':
      return {
        title: `${failure.image} could not be pushed`,
        detail: failure.reason,
        hint: 'The image is on this machine. Check promote.compose.registry in devstack.config.ts, then: devstack build --push',
      };
    case 'disk-full':
      return {
        title: `${failure.resource === '' ? '' : `${failure.resource}: `}${failure.doing} failed: the disk of the Docker engine is full`,
        detail: failure.reason,
        hint: 'docker system df tells what takes the space, docker system prune removes what nothing uses.',
      };
    case 'container-failed': {
      const what = `${failure.doing} failed: ${failure.reason}`;
      // About all containers of an instance at once.
      if (failure.resource === '') return { title: what };
      const hint = /IPv4 address pool/.test(failure.reason)
        ? 'The engine has no addresses for another network: docker network prune removes those that nothing uses.'
        : `Its log: devstack logs ${failure.resource}`;
      return { title: `${failure.resource}: ${what}`, hint };
    }
    case 'runtime-unavailable':
      return {
        title: `${failure.resource}: there is no way to run ${failure.engine} here`,
        detail: failure.tried.map(({ runtime, reason }) => `${runtime}: ${reason}`).join('\n'),
        ...(failure.ways.length > 0 && { hint: `Ways out: ${failure.ways.join('; ')}.` }),
      };
    case 'data-of-other-runtime':
      return {
        title: `${failure.resource}: ${failure.folder} has ${failure.holds}, and ${failure.wanted} cannot use it`,
        hint: `${upperFirst([...failure.ways, 'ask for what made the data (version, runtime)'].join('; or '))}; or begin anew without it: devstack reset ${failure.resource}.`,
      };
    case 'shared-server-differs': {
      const { resource, wanted, found, users } = failure;
      const ways = [
        'ask for the same here (version, image, args, env, password)',
        "give this one a server of its own: infra: 'own'",
      ];
      const waysOut =
        users.length > 0
          ? ['stop the others']
          : ['remove its data: devstack down --volumes in each checkout that has some'];
      return {
        title: `${resource}: the instances of this stack share ${found}, and ${wanted} is asked for here`,
        ...(users.length > 0 && { detail: `In use by ${users.join(', ')}.` }),
        hint: `${upperFirst([...ways, ...waysOut].join('; or '))}.`,
      };
    }
    case 'server-shared':
      return {
        title: `${failure.resource} is shared with other instances: ${failure.command} would be about the data of all of them`,
        hint: `${failure.instead} Or give this one a server of its own: infra: 'own'.`,
      };
    case 'init-failed':
      return {
        title: `${failure.resource}: init file ${failure.file} failed: ${failure.reason}`,
        hint: 'Correct it; it is run again at the next start.',
      };
    case 'loopback-only': {
      const { resource, kind, host, containers } = failure;
      const [only, ...more] = containers;
      const who = more.length === 0 ? `container ${only} reaches` : `containers ${containers.join(', ')} reach`;
      const refused = more.length === 0 ? 'is refused' : 'are refused';
      return {
        title: `${resource}: listens on ${host} only; ${who} it through host.docker.internal and ${refused}`,
        hint:
          kind === 'process'
            ? 'Listen on 0.0.0.0 (for example HOST=0.0.0.0).'
            : `Run it in a container, too: runtime: 'docker'.`,
      };
    }
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
