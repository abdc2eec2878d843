// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, secret } from 'devstack';

const prometheus = container({
  image: 'prom/prometheus',
  command: ['--config.file=/etc/prometheus/prometheus.yml'],
  port: 9090,
  volumes: { './prometheus': '/etc/prometheus', prom_data: '/prometheus' },
});

const grafana = container({
  image: 'grafana/grafana',
  port: 3000,
  volumes: { './grafana': '/etc/grafana/provisioning/datasources' },
  env: {
    GF_SECURITY_ADMIN_USER: 'admin',
    GF_SECURITY_ADMIN_PASSWORD: secret('GF_SECURITY_ADMIN_PASSWORD', { generate: true }),
  },
});

export default defineConfig({
  resources: { prometheus, grafana },
});
