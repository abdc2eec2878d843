// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, kafka, nats, worker } from 'devstack';

// confluentinc/cp-kafka:7.6.0: the image devstack uses by itself takes its place
const kafkaServer = kafka({ port: 9092, topics: [{ name: 'orders', partitions: 3 }, 'audit'] });

const natsServer = nats({ version: '2.10', port: 4222 });

const consumer = worker({
  dev: 'cargo run',
  cwd: './consumer',
  build: './consumer',
  env: {
    KAFKA_BROKERS: kafkaServer.brokers,
    BOOTSTRAP: kafkaServer.brokers,
    NATS_URL: natsServer.url,
  },
});

export default defineConfig({
  resources: { kafka: kafkaServer, nats: natsServer, consumer },
});
