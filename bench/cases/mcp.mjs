import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { row } from '../lib/rows.mjs';
import { startTool, toolEnv } from '../lib/run-tool.mjs';
import { ratios } from '../lib/statistics.mjs';
import { devstackBin, makeStack } from '../lib/tools.mjs';

const SERVICES = 15;
const SERVER =
  "require('node:http').createServer((_, response) => response.end('fine')).listen(process.env.PORT, () => console.log('listening'))";

/** What an agent waits for: one call in a server that runs, and what follows a restart. */
export async function run({ work, quick, reps }) {
  const folder = path.join(work, 'mcp');
  const dev = `node -e ${JSON.stringify(SERVER)}`;
  const services = Array.from({ length: SERVICES }, (_, id) => [
    `s${id}`,
    id < 3 ? { kind: 'service', dev, healthcheck: '/' } : { kind: 'worker', dev: 'sleep 100000' },
  ]);
  const started = startTool(makeStack(folder, Object.fromEntries(services)), { work });
  const begins = [];
  for (let turn = 0; turn <= reps; turn++) {
    const one = await openAgent(work, folder);
    if (turn > 0) begins.push(one.beginMs);
    await one.close();
  }
  const agent = await openAgent(work, folder);
  try {
    for (let up = ''; !up.includes(`${SERVICES} ready`);) up = (await agent.call('status', {})).text;
    const calls = [];
    const bare = [];
    let bytes = 0;
    for (let turn = 0; turn <= (quick ? 10 : 40); turn++) {
      const { ms, text } = await agent.call('status', {});
      if (turn === 0) continue;
      calls.push(ms);
      bare.push(bareMs(work));
      bytes = Math.max(bytes, Buffer.byteLength(text));
    }
    const late = [];
    for (let turn = 0; turn <= (quick ? 3 : 15); turn++) {
      const { at, text } = await agent.call('restart', { names: ['s0'] });
      if (!text.includes('listening')) throw new Error(`restart gave no log: ${text}`);
      if (turn > 0) late.push(at - readySince(work, folder));
    }
    const least = (list) => `${Math.min(...list).toFixed(1)} ms`;
    return [
      row(`status of ${SERVICES} services / node -e 0`, ratios(calls, bare), {
        limit: 0.5,
        unit: 'x',
        isRatio: true,
        note: `${least(calls)} : ${least(bare)}`,
      }),
      row(`status of ${SERVICES} services: size`, bytes, { limit: 4096, unit: ' B' }),
      row('restart and wait: answered after readiness', late, { limit: 100, unit: ' ms' }),
      row('devstack mcp: begin → tools listed', begins, { unit: ' ms', note: `node -e 0: ${least(bare)}` }),
    ];
  } finally {
    await agent.close();
    started.kill('SIGTERM');
    await started.ended;
  }
}

/** `devstack mcp` with as little as possible at the other end. */
async function openAgent(work, cwd) {
  const begin = performance.now();
  const child = spawn(process.execPath, [devstackBin(), 'mcp'], {
    cwd,
    env: toolEnv(work),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const waiting = new Map();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const message of lines.map((line) => JSON.parse(line))) waiting.get(message.id)?.(message);
  });
  let lastId = 0;
  const ask = (method, params) =>
    new Promise((resolve) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  const clientInfo = { name: 'bench', version: '1' };
  await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  await ask('tools/list', {});
  return {
    beginMs: performance.now() - begin,
    async call(name, given) {
      const start = performance.now();
      const { result } = await ask('tools/call', { name, arguments: given });
      return { ms: performance.now() - start, at: Date.now(), text: result.content[0].text };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

function bareMs(work) {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0'], { env: toolEnv(work), stdio: 'ignore' });
  return performance.now() - start;
}

/** When the first of them became ready, ms since the epoch. */
function readySince(work, cwd) {
  const { stdout } = spawnSync(process.execPath, [devstackBin(), 'ps', '--json'], { cwd, env: toolEnv(work) });
  return JSON.parse(String(stdout)).resources.find(({ name }) => name === 's0').lifecycle.since;
}
