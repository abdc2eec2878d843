import type { Run } from '../../src/core/driver.ts';
import type { ContainerResource } from '../../src/core/stack.ts';
import type { EngineResult } from '../../src/drivers/container/client.ts';
import { createContainerDriver } from '../../src/drivers/container/driver.ts';
import { connect } from './engine-rig.ts';
import { postgresSpec } from './infra-rig.ts';
import { Recorder } from './recorder.ts';

let count = 0;
const instances: string[] = [];
const runs: { run: Run; sink: Recorder }[] = [];

export function usedInstances(): readonly string[] {
  return instances;
}

export function newInstance(): string {
  const instance = `test-${process.pid}-${Date.now().toString(36)}-${++count}`;
  instances.push(instance);
  return instance;
}

/** A container of Node that runs `script`. */
export function startNode(
  script: string,
  options: {
    readonly instance: string;
    readonly port?: number;
    readonly change?: Partial<ContainerResource>;
    readonly connect?: () => Promise<EngineResult>;
  },
) {
  const spec = postgresSpec(options.port ?? 0, {
    name: 'app',
    engine: 'container',
    image: 'node:20-alpine',
    command: ['node', '-e', script],
    ports: [{ name: 'http', port: 'auto', env: 'PORT', protocol: 'http', containerPort: 80 }],
    ...options.change,
  });
  const sink = new Recorder();
  const driver = createContainerDriver({
    owner: { instance: options.instance, stackName: 'test', root: '/' },
    env: process.env,
    connect: options.connect ?? connect,
    factsOf: () => ({}),
  });
  const ports = options.port === undefined ? {} : { http: options.port };
  const started = { run: driver.start({ ...spec, ports, env: { SET: 'by test' } }, sink), sink };
  runs.push(started);
  return started;
}

/** Kills what a test left running. */
export async function endRuns(): Promise<void> {
  for (const { run, sink } of runs.splice(0)) {
    run.kill();
    await sink.untilEnd();
  }
}
