import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { LoadedConfig } from '../../config/load.ts';
import type { Driver } from '../../core/driver.ts';
import type { Failure, RuntimeName } from '../../core/failure.ts';
import type { ContainerResource, Resource, RuntimeChoice, Stack } from '../../core/stack.ts';
import { debugPreload } from '../debug-preload.ts';
import { createElsewhereDriver } from '../../drivers/elsewhere/driver.ts';
import { createProcessDriver } from '../../drivers/process/driver.ts';
import { startGuardian, type Guardian } from '../../drivers/process/guardian.ts';
import { createOutputPool } from '../../drivers/process/output.ts';
import type { ProcessParts } from '../../drivers/process/run.ts';
import { createEngine, type LocalEngine } from '../../engine/local.ts';
import type { EngineParts } from '../../engine/ports.ts';
import { createLogHub, type LogHub } from '../../logs/hub.ts';
import { noteContainers } from '../../project/containers.ts';
import { instanceOf, namedInstance } from '../../project/instance.ts';
import {
  ensureProjectFolder,
  portTableFile,
  projectPaths,
  runtimeFolder,
  type ProjectPaths,
} from '../../project/paths.ts';
import { openSecrets } from '../../project/secrets.ts';
import { createTaskMemory } from '../../project/task-memory.ts';
import { createPortTable, freeDebugPort, isPortFree } from '../../system/ports.ts';
import { groupMembers, isAlive, listeningPorts, lockTaker, processesOfRuns } from '../../system/processes.ts';
import { createRunLookup } from '../../system/run-lookup.ts';
import { clock } from '../clock.ts';
import type { Observer } from '../observer.ts';
import { createLazyConnection } from './connection.ts';
import { prepareRun } from './environment.ts';
import { createInfra } from './infra.ts';
import { createLeftPorts } from './left-ports.ts';
import { createPortQuestion, namingHolders, type AskForPort } from './port-owner.ts';
import { reserve, takenPorts } from './ports.ts';
import { createProbes } from './probes.ts';
import { createStackObserver } from './usage.ts';
import { createSharing, type Sharing } from './sharing.ts';
import { createValues, type Values } from './values.ts';

/** Everything of a running stack, put together; whoever made it closes it. */
export interface Assembly {
  readonly engine: LocalEngine;
  readonly hub: LogHub;
  readonly paths: ProjectPaths;
  readonly instance: string;
  readonly sessionId: string;
  readonly socket: string;
  readonly values: () => Values;
  /** True once a server is known to run on this machine and not in a container. */
  readonly onHost: (resource: string) => boolean;
  /** Of those about to start, fixed ports that somebody else has. */
  takenPorts(names: readonly string[]): Promise<readonly Failure[]>;
  /** What runs use of CPU and memory, when somebody asks. */
  readonly usage: Observer;
  /** After the engine has ended. */
  close(): Promise<void>;
}

export interface AssemblyOptions {
  readonly config: LoadedConfig;
  readonly runtime?: RuntimeChoice;
  readonly env: NodeJS.ProcessEnv;
  /** What the guardian runs when this process is gone. */
  readonly cleanup: (about: {
    readonly sessionId: string;
    readonly root: string;
    readonly name: string | undefined;
    readonly instance: string;
  }) => readonly string[];
  readonly onProblem: (text: string) => void;
}

export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { stack } = options.config;
  const name = namedInstance(options.env);
  const paths = projectPaths(stack.root, name);
  const instance = instanceOf(stack.name, stack.root, name);
  const sessionId = `${instance}-${randomBytes(4).toString('hex')}`;
  ensureProjectFolder(paths);
  const cleanupEnv = { ...options.env };
  delete cleanupEnv['DEVSTACK_RUN_ID'];
  const guardian = startGuardian(options.cleanup({ sessionId, root: stack.root, name, instance }), cleanupEnv);
  // From here on somebody takes it away, whatever happens.
  const runtime = runtimeFolder(instance, options.env);
  const hub = createLogHub({ folder: paths.logs, maxBytes: stack.logs.maxBytes, onProblem: options.onProblem });
  const outputs = createOutputPool(path.join(runtime, sessionId), stack.resources.length);
  const connect = createLazyConnection(options.env);
  const isOurs = createLeftPorts(paths, instance, connect);
  const table = createPortTable({ file: portTableFile(options.env), isOurs });
  const runtimes = new Map<string, RuntimeName>();
  const onHost = (name: string): boolean => runtimes.get(name) === 'embedded' || runtimes.get(name) === 'native';
  // Each look at `process.env` makes its strings anew: hundreds of services share one copy.
  const shell = (): NodeJS.ProcessEnv => ({ ...options.env });
  /** Numbers instead of fixed ones that were taken, by `resource/port`. */
  const movedTo = new Map<string, number>();
  const findSharing = createSharing({
    instance,
    env: options.env,
    ...(options.runtime && { runtime: options.runtime }),
    connect,
    onProblem: options.onProblem,
  });
  let sharing: Sharing | undefined;
  let current = { stack, values: await allocate(stack), shell: shell() };

  async function allocate(of: Stack): Promise<Values> {
    sharing = await findSharing(of);
    const { numbers, moved } = await reserve(table, of, instance, movedTo, sharing);
    for (const { key, from, to } of moved) options.onProblem(`${key}: port ${from} is taken, ${to} it is from now on`);
    const values = createValues({
      stack: of,
      numbers,
      store: openSecrets(paths, options.env, lockTaker()),
      onHost,
      ...(sharing && { sharing }),
    });
    hub.masker.add(values.secrets());
    return values;
  }

  const ownerOf = (name: string): string => (sharing?.names.has(name) ? sharing.instance : instance);
  const elsewhere = createElsewhereDriver();
  const askForPort = createPortQuestion(options.env, connect);
  const processParts = createProcessParts(guardian, outputs, askForPort);
  const native = createProcessDriver(sessionId, processParts);
  const parts: EngineParts = {
    instance,
    clock,
    drivers: {
      process: { start: (spec, sink) => (spec.resource.elsewhere ? elsewhere : native).start(spec, sink) },
      task: native,
      container: rememberRuntime(
        namingHolders(
          createInfra({
            stack,
            state: paths.folder,
            instance,
            sessionId,
            processParts,
            connect,
            env: options.env,
            ...(options.runtime && { runtime: options.runtime }),
            sharing: () => sharing,
          }),
          askForPort,
        ),
        (name, chosen) => {
          runtimes.set(name, chosen);
          if (chosen === 'docker') noteContainers(paths);
        },
      ),
    },
    startProbe: createProbes({ sessionId, instanceOf: ownerOf, guardian, connect, onHost }),
    prepare: (resource) => prepareRun(current.stack, resource, current.values, current.shell),
    addressesOf: (resource) => ({
      ports: current.values.portsOf(resource),
      urls: urlsOf(resource, current.values, (text) => hub.masker.text(text)),
    }),
    async admit(next) {
      current = { stack: next, values: await allocate(next), shell: shell() };
    },
    async movePort(resource, port) {
      movedTo.set(`${resource}/${port}`, await table.spare(instance, resource, port));
      const values = await allocate(current.stack);
      current = { ...current, values };
    },
    freeDebugPort,
    debugPreload,
    tasks: createTaskMemory(paths.tasks, async (task) => {
      const { listFiles } = await import('../../watch/list.ts');
      return listFiles({ name: task.name, base: task.cwd, paths: task.inputs, ignore: [] });
    }),
    listeningPorts: (pid) => listeningPorts(groupMembers(pid)),
  };
  const engine = createEngine(stack, parts, hub);
  const usage = createStackObserver(engine, connect, paths);
  return {
    engine,
    hub,
    paths,
    instance,
    sessionId,
    socket: path.join(runtime, 'sock'),
    values: () => current.values,
    onHost,
    takenPorts: (names) =>
      takenPorts(
        stack.resources.filter(({ name }) => names.includes(name)),
        async (port) => (await isOurs(port)) || (await sharing?.isOurs(port)) === true,
        askForPort,
      ),
    usage,
    async close() {
      usage.close();
      hub.close();
      outputs.close();
      guardian.dismiss();
      await Promise.resolve();
    },
  };
}

function createProcessParts(
  guardian: Guardian,
  outputs: ProcessParts['outputs'],
  portFailure: AskForPort,
): ProcessParts {
  return {
    guardian,
    outputs,
    table: { groupMembers, ofRun: createRunLookup(processesOfRuns), isAlive },
    isPortFree,
    portFailure,
  };
}

function rememberRuntime(
  driver: Driver<ContainerResource>,
  note: (name: string, runtime: RuntimeName) => void,
): Driver<ContainerResource> {
  return {
    start: (spec, sink) =>
      driver.start(spec, {
        ...sink,
        started(info) {
          if (info.runtime) note(spec.resource.name, info.runtime.name);
          sink.started(info);
        },
      }),
  };
}

/** Statuses go to terminals and sockets: a secret in a link is masked. */
function urlsOf(resource: Resource, values: Values, mask: (text: string) => string): Record<string, string> {
  const urls: Record<string, string> = {};
  // Those of the servers devstack knows are no pages.
  if (resource.kind === 'process' || (resource.kind === 'container' && resource.engine === 'container')) {
    for (const { name, protocol } of resource.ports) {
      const url = values.native({ kind: 'resource', resource: resource.name, part: `${name}.publicUrl` });
      if (url && (protocol === 'http' || protocol === 'https')) urls[name] = url.text;
    }
  }
  for (const [title, template] of Object.entries(resource.links)) urls[title] = mask(values.resolve(template).text);
  return urls;
}
