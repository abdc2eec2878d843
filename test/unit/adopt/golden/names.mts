// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, redis } from 'devstack';

const myService = container({ image: 'acme/one', ports: { http: { port: 7001, containerPort: 80 } } });

const myService2 = container({ image: 'acme/two', env: { OTHER: myService.url } });

const redisServer = redis();

const defaultApp = container({ image: 'acme/three', env: { REDIS_URL: redisServer.url, KIND: 'redis' } });

const appAll = container({ image: 'acme/four', dependsOn: [redisServer, myService2] });

const service = container({ image: 'acme/five' });

export default defineConfig({
  resources: {
    myService,
    'my-service-2': myService2,
    redis: redisServer,
    default: defaultApp,
    appAll,
    service,
  },
});
