import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompose, whyNot } from '../lib/infra-tools.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { ratios } from '../lib/statistics.mjs';
import { devstackBin } from '../lib/tools.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const TO_COMPOSE = ['promote', '--to', 'compose'];
const TO_KUBERNETES = ['promote', '--to', 'kubernetes'];

/** What it costs to write a platform of fifteen services, and to run what was written by way of devstack. */
export async function run({ work, quick, reps }) {
  const root = realpathSync(work);
  const identity = copy('examples/identity', path.join(root, 'identity'));
  const count = quick ? 5 : 20;
  const rows = [
    row('20 services as a compose file: CPU / node -e 0', ...ofNode(identity, [...TO_COMPOSE, '--stdout'], count, 4)),
    writtenTwice(identity),
    row(
      '20 services for Kubernetes, with the rules: CPU / node -e 0',
      ...ofNode(identity, [...TO_KUBERNETES, '--check'], count, 6),
    ),
    linting(identity, root, count),
  ];
  const reason = whyNot();
  const compose = reason === undefined ? findCompose() : undefined;
  if (compose === undefined)
    return [...rows, skipped('promote --up', reason ?? 'docker compose v2 is not here and cannot be had')];
  return [...rows, ...broughtUp(root, compose, quick ? Math.min(2, reps) : reps)];
}

/** Without what earlier runs left, and with devstack as a user has it. */
function copy(folder, to) {
  const isLeft = (file) => /[/\\](?:deploy|bin|\.devstack|node_modules)$/.test(file);
  cpSync(path.join(repository, folder), to, { recursive: true, filter: (file) => !isLeft(file) });
  mkdirSync(path.join(to, 'node_modules'), { recursive: true });
  symlinkSync(repository, path.join(to, 'node_modules', 'devstack'));
  return to;
}

const devstack = (cwd, args, env) => {
  const { status, stderr } = spawnSync(process.execPath, [devstackBin(), ...args], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`devstack ${args.join(' ')}: ${stderr}`);
};

/** What one command costs, in times of starting Node. */
function ofNode(cwd, args, count, limit) {
  const times = { devstack: [], node: [] };
  for (let turn = 0; turn <= count; turn++) {
    const ours = cpuOf(() => devstack(cwd, args));
    const node = cpuOf(() => spawnSync(process.execPath, ['-e', '0']));
    if (turn === 0) continue; // the first fills caches
    times.devstack.push(ours);
    times.node.push(node);
  }
  const note = `${Math.min(...times.devstack).toFixed(0)} ms : ${Math.min(...times.node).toFixed(0)} ms`;
  return [ratios(times.devstack, times.node), { limit, unit: 'x', isRatio: true, note }];
}

/** The objects of the same platform in two namespaces, with those of a smaller one: about 300. */
function linting(identity, root, count) {
  const documentsOf = (cwd) => {
    const { stdout } = spawnSync(process.execPath, [devstackBin(), ...TO_KUBERNETES, '--stdout'], {
      cwd,
      encoding: 'utf8',
    });
    return stdout.split(/^---$/m);
  };
  const first = documentsOf(identity);
  const second = first.map((text) => text.replaceAll('namespace: identity', 'namespace: identity-two'));
  const all = [...first, ...second, ...documentsOf(copy('examples/tasks', path.join(root, 'lint-tasks')))];
  const file = path.join(root, 'objects.yaml');
  writeFileSync(file, all.join('\n---\n'));
  return row(
    `${all.length} objects through devstack lint: CPU / node -e 0`,
    ...ofNode(root, ['lint', '-f', file], count, 10),
  );
}

/** Of the processes that ended meanwhile, in ms. */
function cpuOf(work) {
  const before = childrenMs();
  work();
  return childrenMs() - before;
}

const TICK_MS = 10;

/** Fields 16 and 17, in ticks, after the name, which may have spaces. */
function childrenMs() {
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

function writtenTwice(cwd) {
  devstack(cwd, TO_COMPOSE);
  const before = hashOf(path.join(cwd, 'deploy'));
  devstack(cwd, TO_COMPOSE);
  const after = hashOf(path.join(cwd, 'deploy'));
  return exactly(
    'a second promote: files that differ',
    [...after].filter(([name, hash]) => before.get(name) !== hash).length,
    0,
  );
}

function hashOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [file, createHash('sha256').update(readFileSync(file)).digest('hex')];
    }),
  );
}

/** A stack of images that are here: what is compared is what devstack adds, not what a build takes. */
function broughtUp(root, compose, reps) {
  const folder = copy('examples/tasks', path.join(root, 'tasks'));
  mkdirSync(path.join(root, 'docker', 'cli-plugins'), { recursive: true });
  symlinkSync(compose, path.join(root, 'docker', 'cli-plugins', 'docker-compose'));
  const env = {
    ...process.env,
    DOCKER_CONFIG: path.join(root, 'docker'),
    COMPOSE_PROJECT_NAME: 'devstack-bench-tasks',
  };
  const cwd = path.join(folder, 'deploy', 'compose');
  const run = (...args) => {
    const { status, stderr } = spawnSync('docker', ['compose', ...args], { cwd, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`docker compose ${args.join(' ')}: ${stderr}`);
  };
  const times = { devstack: [], compose: [] };
  try {
    devstack(folder, [...TO_COMPOSE, '--up'], env);
    for (let turn = 0; turn < reps; turn++) {
      run('down');
      times.devstack.push(timeOf(() => devstack(folder, [...TO_COMPOSE, '--up'], env)));
      run('down');
      times.compose.push(timeOf(() => run('up', '--build', '--wait')));
    }
    const added = times.devstack.map((ms, index) => ms - times.compose[index]);
    const most = Math.max(1_500, 0.1 * Math.min(...times.compose));
    return [
      row('promote --up beyond docker compose up --build --wait, images built before', added, {
        limit: Math.round(most),
        unit: ' ms',
        note: `${Math.min(...times.devstack).toFixed(0)} ms - ${Math.min(...times.compose).toFixed(0)} ms`,
      }),
    ];
  } finally {
    spawnSync('docker', ['compose', 'down', '--volumes'], { cwd, env, stdio: 'ignore' });
    const images = spawnSync('docker', ['compose', 'config', '--images'], { cwd, env, encoding: 'utf8' }).stdout;
    for (const image of new Set(images.split('\n').filter((name) => name.startsWith('tasks/'))))
      spawnSync('docker', ['rmi', image], { stdio: 'ignore' });
  }
}

function timeOf(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
