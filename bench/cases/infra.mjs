import { realpathSync } from 'node:fs';
import path from 'node:path';
import {
  composeProject,
  devstackProject,
  findCompose,
  freePorts,
  run as call,
  serversText,
  whyNot,
} from '../lib/infra-tools.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { countRefusals, firstServed } from '../lib/servers.mjs';
import { ratios } from '../lib/statistics.mjs';

const NAMES = ['db', 'cache', 'queue'];
const APP = `  app: worker({ dev: 'exec sleep 1000' }),`;

/** Postgres, Redis and RabbitMQ in containers: how soon they are usable, and how soon that is noticed. */
export async function run(context) {
  const reason = whyNot();
  if (reason !== undefined) return [skipped('servers in containers', reason)];
  const compose = findCompose();
  const projects = await makeProjects(context, compose);
  try {
    return [...(await startAndAdopt(context, projects)), ...(await notice(context, projects))];
  } finally {
    for (const { down } of Object.values(projects)) down?.();
  }
}

async function makeProjects({ work }, compose) {
  const root = realpathSync(work);
  const ports = await portsOf(NAMES);
  const theirs = await portsOf(NAMES);
  const others = await portsOf(['web', 'slow']);
  return {
    compose: compose === undefined ? {} : composeProject(path.join(root, 'compose'), compose, theirs),
    servers: { ...devstackProject(path.join(root, 'servers'), 'bench-servers', serversText(ports), root), ports },
    app: devstackProject(path.join(root, 'app'), 'bench-app', APP, root),
    adopted: { ...devstackProject(path.join(root, 'adopted'), 'bench-adopted', APP + serversText(ports), root), ports },
    checks: { ...devstackProject(path.join(root, 'checks'), 'bench-checks', checksText(others), root), ports: others },
  };
}

async function portsOf(names) {
  const numbers = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]]));
}

async function startAndAdopt({ reps, quick, log }, { compose, servers, app, adopted }) {
  const rows = [];
  const times = { devstack: [], compose: [], alone: [], adopted: [] };
  let refusals = 0;
  for (let turn = 0; turn <= (quick ? Math.min(2, reps) : reps); turn++) {
    const keep = (name, ms) => turn > 0 && times[name].push(ms); // the first round makes the containers
    const [ms, failed] = await timeUp(servers, 3, (ports) => countRefusals(ports));
    keep('devstack', ms);
    refusals += failed;
    if (compose.up) {
      const start = performance.now();
      compose.up();
      keep('compose', performance.now() - start);
      compose.stop();
    }
    keep('alone', (await timeUp(app, 1))[0]);
    if (turn > 0) {
      call('docker', ['start', ...adopted.containers()]);
      await Promise.all(NAMES.map((name) => firstServed(name, adopted.ports[name])));
    }
    keep('adopted', (await timeUp(adopted, 4))[0]);
    log(
      `  round ${turn}: ${Object.entries(times)
        .map(([name, list]) => `${name} ${(list.at(-1) ?? 0).toFixed(0)} ms`)
        .join(', ')}`,
    );
  }
  const what = '3 servers, created before: up → all usable';
  rows.push(
    compose.up
      ? row(`${what}, devstack / docker compose up --wait`, ratios(times.devstack, times.compose), {
          limit: 0.8,
          unit: 'x',
          isRatio: true,
          note: `${Math.min(...times.devstack).toFixed(0)} ms : ${Math.min(...times.compose).toFixed(0)} ms`,
        })
      : skipped(`${what}, devstack / docker compose up --wait`, 'docker compose v2 is not here and cannot be had'),
    row(what, times.devstack, { unit: ' ms' }),
    exactly('3 servers: clients turned away after "ready"', refusals, 0),
    row(
      '3 servers running and unchanged: up beyond a stack without servers',
      times.adopted.map((value, index) => value - times.alone[index]),
      {
        limit: 300,
        unit: ' ms',
        note: `${Math.min(...times.adopted).toFixed(0)} ms - ${Math.min(...times.alone).toFixed(0)} ms`,
      },
    ),
  );
  return rows;
}

/** From the command to the line that says all are ready; then it is stopped. */
async function timeUp(project, count, after = async () => undefined) {
  const start = Date.now();
  const stack = project.up();
  const { at } = await stack.seen(new RegExp(`all ${count} ready in`));
  const result = await after(project.ports);
  await stack.stop();
  return [at - start, result];
}

const SLOW_MS = 2_300;

/** One that listens late, and one whose command succeeds late; both say when. */
function checksText({ web, slow }) {
  const listen = `require('node:http').createServer((_, response) => response.end()).listen(${web})`;
  // The container is kept, and its files with it.
  const inside = `process.on('SIGTERM', () => { require('node:fs').rmSync('/tmp/ready'); process.exit(); }); setTimeout(() => { require('node:fs').writeFileSync('/tmp/ready', ''); console.log('true at', Date.now()); }, ${SLOW_MS}); setInterval(() => {}, 1e6)`;
  return `
  web: service({ dev: ${JSON.stringify(`exec node -e "setTimeout(() => ${listen}, 700)"`)}, port: ${web}, healthcheck: '/healthz' }),
  slow: container({ image: 'node:20-alpine', port: ${slow}, command: ['node', '-e', ${JSON.stringify(inside)}],
    healthcheck: { command: ['ls', '/tmp/ready'] } }),`;
}

/** How long after a client that asks without pause is served does devstack say so. */
async function notice({ reps, quick }, { servers, checks }) {
  const late = { db: [], cache: [], queue: [], web: [], slow: [] };
  const gaps = [];
  for (let turn = 0; turn < (quick ? 1 : reps); turn++) {
    const stack = servers.up();
    await Promise.all(
      NAMES.map(async (name) => {
        const served = firstServed(name, servers.ports[name]);
        const told = await stack.seen(new RegExp(`^${name} +· ready after`, 'm'));
        late[name].push(told.at - (await served));
      }),
    );
    await stack.stop();
    const second = checks.up();
    const served = firstServed('web', checks.ports.web);
    const web = second.seen(/^web +· ready after/m).then(({ at }) => at);
    const slow = await second.seen(/^slow +· ready after/m);
    const { match } = await second.seen(/true at (\d+)/);
    late.web.push((await web) - (await served));
    late.slow.push(slow.at - Number(match[1]));
    gaps.push(...execGaps(checks.containers()));
    await second.stop();
  }
  const titles = { db: 'Postgres', cache: 'Redis', queue: 'RabbitMQ', web: 'HTTP', slow: 'a command in a container' };
  return [
    ...Object.entries(titles).map(([name, title]) =>
      row(`noticed after a client was served: ${title}`, late[name], {
        limit: name === 'slow' ? 1_200 : 150,
        unit: ' ms',
      }),
    ),
    exactly(
      'a command in a container: execs less than 0.9 s apart',
      gaps.filter((gap) => gap < 0.9).length,
      0,
      `of ${gaps.length + 1}`,
    ),
  ];
}

/** Seconds between execs, as the engine tells them afterwards. */
function execGaps(containers) {
  const text = containers
    .map((id) =>
      call(
        'docker',
        [
          'events',
          '--since',
          '2m',
          '--until',
          '0s',
          '--filter',
          `container=${id}`,
          '--filter',
          'event=exec_start',
          '--format',
          '{{.TimeNano}}',
        ],
        { encoding: 'utf8' },
      ),
    )
    .join('');
  const times = text
    .split('\n')
    .filter(Boolean)
    .map((nano) => Number(nano) / 1e9)
    .toSorted((a, b) => a - b);
  return times.slice(1).map((time, index) => time - times[index]);
}
