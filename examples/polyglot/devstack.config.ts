import { defineConfig, nats, service, worker } from 'devstack';

const bus = nats({ jetstream: false });

// Go: adds up what the counter finds.
const board = service({
  cwd: './board',
  dev: 'go build -o bin/board . && exec bin/board',
  watch: '.',
  build: './board',
  env: { NATS_URL: bus.url },
  healthcheck: '/healthz',
});

// Python: counts the words of every text.
const counter = worker({
  cwd: './counter',
  dev: 'exec python3 -u counter.py',
  watch: '.',
  build: './counter',
  env: { NATS_URL: bus.url },
  healthcheck: { log: /waiting for texts/ },
});

// Node: serves the page, takes texts and hands totals on.
const api = service({
  cwd: './api',
  dev: 'node server.mjs',
  watch: '.',
  build: './api',
  env: { NATS_URL: bus.url, BOARD_URL: board.url },
  dependsOn: [board, counter],
  healthcheck: '/healthz',
  deploy: { ingress: true },
});

export default defineConfig({ name: 'polyglot', resources: { bus, board, counter, api } });
