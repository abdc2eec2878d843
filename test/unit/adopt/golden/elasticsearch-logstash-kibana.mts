// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig } from 'devstack';

const elasticsearch = container({
  image: 'elasticsearch:7.16.1',
  ports: { http: 9200, port9300: 9300 },
  env: { 'discovery.type': 'single-node', ES_JAVA_OPTS: '-Xms512m -Xmx512m' },
  healthcheck: {
    command: 'curl --silent --fail localhost:9200/_cluster/health || exit 1',
    interval: '10s',
    timeout: '10s',
    retries: 3,
  },
});

const kibana = container({ image: 'kibana:7.16.1', port: 5601, dependsOn: elasticsearch });

// ports: 5000/udp is not carried over: a number is of one protocol
const logstash = container({
  image: 'logstash:7.16.1',
  command: 'logstash -f /usr/share/logstash/pipeline/logstash-nginx.config',
  ports: { http: 5000, port5044: 5044, port9600: 9600 },
  volumes: {
    './logstash/pipeline/logstash-nginx.config': '/usr/share/logstash/pipeline/logstash-nginx.config',
  },
  env: () => ({ 'discovery.seed_hosts': logstash.host, LS_JAVA_OPTS: '-Xms512m -Xmx512m' }),
  dependsOn: elasticsearch,
});

export default defineConfig({
  resources: { elasticsearch, kibana, logstash },
});
