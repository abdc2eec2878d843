// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, service } from 'devstack';

// ports: "10000-10400:10000-10400" is not carried over
// ports: 53/tcp is not carried over: a number is of one protocol
// volumes: the socket of Docker is not handed to containers
// volumes: ~/certs:/certs is not carried over
// extra_hosts: not carried over
// labels of traefik, com are not carried over
const proxy = container({
  image: 'traefik:v3',
  command: ['--providers.docker'],
  ports: { http: 80, port53: { port: 53, protocol: 'udp' } },
});

// cap_add, privileged, network_mode, sysctls: not carried over
const vpn = container({ image: 'acme/vpn:1' });

// port 443: below 1024 most machines give it to root alone; take another, or 'auto'
// shm_size: not carried over
// labels of traefik are not carried over
const site = service({ dev: 'npm run start', cwd: './site', build: './site', port: 443 });

export default defineConfig({
  resources: { proxy, vpn, site },
});
