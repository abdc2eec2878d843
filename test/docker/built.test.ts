import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { devstackOnScreen } from '../rig/screen.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

const CONFIG = `import { defineConfig, secret, service, worker } from 'devstack';
const build = { context: './web', args: { WHO: 'you' }, secrets: { token: secret('TOKEN', { generate: true }) } };
const web = service({ build, port: 8080, healthcheck: '/' });
const job = worker({ build, command: ['node', '/app/job.mjs'] });
export default defineConfig({ name: 'built', resources: { web, job } });`;

/** Builders remember the steps of earlier runs of a test. */
const dockerfile = (step: string) => `FROM node:20-alpine
ENV OF=${randomUUID()}
ARG WHO
COPY . /app
RUN --mount=type=secret,id=token ${step} && cat /run/secrets/token && echo " for $WHO" >/app/who
CMD ["node", "/app/web.mjs"]
`;

const WEB = `import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
process.on('SIGTERM', () => process.exit(0));
createServer((_, response) => response.end()).listen(8080, () => console.log('made' + readFileSync('/app/who', 'utf8')));`;

const JOB = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('at work');`;

describeDocker('a service whose image is built', () => {
  const used: string[] = [];
  cleanUp(() => used);
  let rig: Rig;
  let stack: Running | undefined;
  beforeEach(async () => {
    rig = await createRig();
    rig.write('devstack.config.ts', CONFIG);
    rig.write('web/web.mjs', WEB);
    rig.write('web/job.mjs', JOB);
  });
  afterEach(async () => {
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    stack = undefined;
    await nothingLeft(rig.folder);
    rmSync(rig.folder, { recursive: true, force: true });
  });
  const noteInstance = (): string => {
    const { instance = '' } = readSession(projectPaths(rig.folder)) ?? {};
    used.push(instance);
    return instance;
  };
  const run = async (...args: readonly string[]) => (await devstack(args, { cwd: rig.folder }).finished).stdout;

  test('comes up, is built anew when it is restarted after a change, and says what went wrong', async () => {
    rig.write('web/Dockerfile', dockerfile('echo first'));
    expect(await run('check')).not.toContain('cannot be started');
    stack = devstack(['up'], { cwd: rig.folder });
    await stack.seen(/all 2 ready in/);
    const instance = noteInstance();
    const output = stack.output();
    expect(output).toMatch(/^(web|job) +· waiting for the build of (web|job), which is the same$/m);
    expect(output.match(/^(web|job) +\| first$/gm)).toHaveLength(1);
    expect(output).toMatch(/^(web|job) +\| \*\*\*/m);
    await stack.seen(/^web +\| made for you$/m);
    await stack.seen(/^job +\| at work$/m);
    expect(await run('why', 'web')).toContain(`runs as container ${instance}-web (engine `);

    rig.write('web/Dockerfile', dockerfile('echo second'));
    await run('restart', 'web', '--wait');
    expect(await run('logs', 'web')).toMatch(/second/);
    await stack.seen(/replacing container \S+-web: its image changed/);

    rig.write('web/Dockerfile', dockerfile('nonesuch'));
    await run('restart', 'web');
    await stack.seen(/web +· .*its image could not be built: RUN .*nonesuch.* failed \(\S+\/web\/Dockerfile:5\)/);
    expect(await run('why', 'web')).toContain('What the build printed: devstack logs web');

    stack.process.kill('SIGTERM');
    await stack.finished;
    await run('down');
    expect((await listInstance(engine(), instance)).images.map(({ name }) => name).toSorted()).toEqual([
      `${instance}-job`,
      `${instance}-web`,
    ]);
    const { stderr } = await devstack(['down', '--volumes', '--yes'], { cwd: rig.folder }).finished;
    expect(stderr).toContain(`removed image ${instance}-web`);
    expect((await listInstance(engine(), instance)).images).toEqual([]);
  });

  test('a bar shows how far its build is', async () => {
    rig.write('web/Dockerfile', dockerfile('sleep 2'));
    const screen = devstackOnScreen(['up'], { cwd: rig.folder });
    await screen.until(/━+─+ +\d+ %/);
    await screen.until(/step \d\s+of\s+3/);
    await screen.until(/all 2 ready/);
    noteInstance();
    await screen.until((shown) => !shown.text().join('\n').includes('━'));
    screen.press('ctrl-c');
    await screen.exit;
    await run('down', '--volumes', '--yes');
  });
});
