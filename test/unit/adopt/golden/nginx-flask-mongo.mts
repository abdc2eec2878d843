// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, mongodb, service } from 'devstack';

const mongo = mongodb();

const backend = service({
  dev: 'python3 server.py',
  cwd: './flask',
  build: { context: './flask', target: 'builder' },
  ports: { http: { port: 'auto', containerPort: 9091, env: 'FLASK_SERVER_PORT' } },
  dependsOn: mongo,
  stopSignal: 'SIGINT',
});

const web = container({
  image: 'nginx',
  command: "/bin/bash -c \"envsubst < /tmp/nginx.conf > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'\"",
  port: 80,
  volumes: { './nginx/nginx.conf': '/tmp/nginx.conf' },
  env: { FLASK_SERVER_ADDR: `${backend.host}:${backend.port}` },
});

export default defineConfig({
  resources: { mongo, backend, web },
});
