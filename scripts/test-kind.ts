// The demo in a real kind cluster: brought up, ordered from, a pod killed, a new version rolled out under load, deleted.
// Where no cluster can be made it says why and ends well: it is for machines that have kind and its node image.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cloneDemo, order, processed } from '../test/rig/demo.ts';
import { bin } from '../test/rig/devstack.ts';

const folder = cloneDemo();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (text: string): never => {
  throw new Error(text);
};

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function devstack(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      process.stderr.write(chunk);
    });
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const promote = (...args: readonly string[]): Promise<Ran> => devstack('promote', '--to', 'kind', ...args);

function kubectl(...args: readonly string[]): string {
  const kubeconfig = path.join(folder, '.devstack/kind/kubeconfig');
  const ran = spawnSync('kubectl', ['--kubeconfig', kubeconfig, '-n', 'shop', ...args], { encoding: 'utf8' });
  return ran.status === 0 ? ran.stdout : fail(`kubectl ${args.join(' ')}: ${ran.stderr}`);
}

async function main(): Promise<void> {
  const first = await promote();
  if (first.code === 2) return say(`skipped: no cluster can be made here\n${first.stderr}`);
  if (first.code !== 0) fail(`promote --to kind ended with ${first.code}`);
  const web = /^web +(http:\S+)/m.exec(first.stdout)?.[1] ?? fail(`no address of web in:\n${first.stdout}`);
  await ordered(web);
  say('an order came through');

  const second = await promote();
  if (second.code !== 0 || !second.stderr.includes('nothing changed')) fail('the second time something changed');
  say('the second time nothing was built, loaded or changed');

  const pod = /^\S+/.exec(kubectl('get', 'pods', '-l', 'app.kubernetes.io/name=api', '--no-headers'))?.[0] ?? '';
  kubectl('delete', 'pod', pod);
  kubectl('rollout', 'status', 'deployment/api', '--timeout=120s');
  await ordered(web);
  say(`${pod} was killed, and another one took orders`);

  appendFileSync(path.join(folder, 'examples/shop/web/server.mjs'), '\n// A new version.\n');
  const load = startLoad(web);
  const third = await promote();
  const { asked, failed } = await load.stop();
  if (third.code !== 0) fail(`the new version ended with ${third.code}`);
  if (failed.length > 0 || asked === 0) fail(`${failed.length} of ${asked} requests failed: ${failed[0] ?? ''}`);
  say(`a new version was rolled out, and none of ${asked} requests failed`);
}

async function ordered(web: string): Promise<void> {
  const { id } = await order(web);
  const limit = setTimeout(() => fail(`order ${id} was not processed`), 60_000);
  await processed(web, id);
  clearTimeout(limit);
}

/** One request after the other, as a browser that keeps no connection. */
function startLoad(web: string): { stop(): Promise<{ readonly asked: number; readonly failed: readonly string[] }> } {
  const over = new AbortController();
  let asked = 0;
  const failed: string[] = [];
  const running = (async () => {
    while (!over.signal.aborted) {
      asked += 1;
      try {
        const { ok, status } = await fetch(web, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(10_000),
        });
        if (!ok) failed.push(`answers ${status}`);
      } catch (error) {
        failed.push(String(error));
      }
    }
  })();
  return {
    async stop() {
      over.abort();
      await running;
      return { asked, failed };
    },
  };
}

try {
  await main();
} finally {
  await promote('--delete', '--yes');
  rmSync(folder, { recursive: true, force: true });
}
