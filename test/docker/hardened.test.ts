import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { planContainer } from '../../src/drivers/container/spec.ts';
import { infraEngines } from '../../src/kinds/index.ts';
import type { HealthProbe } from '../../src/kinds/kind.ts';
import { freePort } from '../../src/drivers/server/ports.ts';
import { until } from '../rig/until.ts';
import { describeDocker, engine } from './engine-rig.ts';
import { credentials, serverSpec } from './infra-rig.ts';

const TIMES = { Interval: 5e8, Timeout: 2e10, StartPeriod: 0, Retries: 300 };

/** As promoted files have it, by the engine's own means: what devstack itself adds when it starts one is not there. */
describeDocker('an image hardened as its kind says', () => {
  let count = 0;

  const create = async (options: Docker.ContainerCreateOptions) => {
    const container = await engine().docker.createContainer(options);
    onTestFinished(() => container.remove({ force: true, v: true }));
    return container;
  };

  const own = async (volume: string, user: string) => {
    const HostConfig = { Binds: [`${volume}:/owned`] };
    const container = await create({
      Image: 'redis:8',
      Entrypoint: ['sh', '-c', `chown ${user} /owned && touch /owned/taken`],
      HostConfig,
    });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
  };

  test.each(['postgres', 'mysql', 'mariadb', 'redis', 'rabbitmq', 'nats'] as const)(
    '%s gets healthy, not as root, with a root file system it cannot write to',
    async (kind) => {
      const { container: factsOf, hardened, ports } = infraEngines[kind];
      const numbers = Object.fromEntries(await Promise.all(ports.map(async ({ name }) => [name, await freePort()])));
      const spec = serverSpec(kind, numbers);
      const facts = factsOf(spec);
      const { password } = credentials;
      // What its own client reads, as a promoted file has it.
      const clientEnv = kind === 'redis' ? { REDISCLI_AUTH: password } : {};
      const folder = await mkdtemp(join(tmpdir(), 'devstack-hardened-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const files = await Promise.all(
        Object.entries(facts.files ?? {}).map(async ([path, text], index) => {
          await writeFile(join(folder, String(index)), text);
          return `${join(folder, String(index))}:${path}:ro`;
        }),
      );
      const name = `devstack-hardened-${kind}-${process.pid}-${++count}`;
      await engine().docker.createVolume({ Name: name });
      onTestFinished(() => engine().docker.getVolume(name).remove());
      const { options } = planContainer(spec, facts, { instance: 'none', stackName: 'test', root: '/' });
      const user = `${hardened.user}:${hardened.group}`;
      const common: Docker.ContainerCreateOptions = {
        ...options,
        name,
        User: user,
        Env: [...(options.Env ?? []), ...Object.entries(clientEnv).map(([key, value]) => `${key}=${value}`)],
        NetworkingConfig: {},
        Healthcheck: checkOf(hardened.health),
        HostConfig: {
          PortBindings: options.HostConfig?.PortBindings,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          Tmpfs: Object.fromEntries(
            hardened.writable.map((path) => [path, `uid=${hardened.user},gid=${hardened.group}`]),
          ),
          Binds: [`${name}:${facts.dataFolder}`, ...files],
        },
      };
      // An image without a user of its own cannot make its data folder over to one.
      if (kind === 'nats') await own(name, user);
      const server = await create(common);
      await server.start();
      await until(async () => {
        const { State } = await server.inspect();
        if (!State.Running) throw new Error((await server.logs({ stdout: true, stderr: true })).toString());
        return hardened.health.kind === 'command'
          ? State.Health?.Status === 'healthy'
          : isFine(`http://127.0.0.1:${numbers[hardened.health.port]}${hardened.health.path}`);
      });
      const { Processes } = await server.top({ ps_args: '-eo uid,pid,args' });
      expect(new Set(Processes.map(([uid]: string[]) => uid))).toEqual(new Set([String(hardened.user)]));
    },
  );

  test.each(['postgres', 'mysql', 'mariadb', 'redis', 'rabbitmq'] as const)(
    'the health command of %s fails where no server runs',
    async (kind) => {
      const { health } = infraEngines[kind].hardened;
      const spec = serverSpec(kind, {});
      const idle = await create({
        Image: spec.resource.image,
        Entrypoint: ['sleep', '600'],
        Healthcheck: { ...checkOf(health), Retries: 1 },
      });
      await idle.start();
      await until(async () => (await idle.inspect()).State.Health?.Status === 'unhealthy');
    },
  );
});

function checkOf(health: HealthProbe) {
  return health.kind === 'command' ? { ...TIMES, Test: ['CMD', ...health.argv] } : { Test: ['NONE'] };
}

async function isFine(url: string): Promise<boolean> {
  return (await fetch(url).catch(() => undefined))?.ok === true;
}
