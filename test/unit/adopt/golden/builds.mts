// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { container, defineConfig, param, service, task, worker } from 'devstack';

const jobs = worker({
  dev: 'celery -A shop worker',
  build: { context: '.', dockerfile: 'docker/python' },
});

// volumes: ${BACKUPS}:/backups is not carried over
const db = container({
  build: { context: '.', dockerfile: 'docker/postgres' },
  volumes: {
    data: '/var/lib/postgresql/data',
    './site/pg.conf': '/etc/pg.conf',
    './certs': '/certs',
  },
});

// No command for this machine was found: it runs as a container. With dev: it would run natively.
const site = service({
  build: { context: './site', target: 'app' },
  ports: { http: { port: 3000, containerPort: 8000 } },
});

// port 3000 is that of site already: a free one is taken
// No command for this machine was found: it runs as a container. With dev: it would run natively.
const admin = service({
  build: { context: './site', target: 'admin' },
  ports: { http: { port: 'auto', containerPort: 8000 } },
  autostart: false,
});

// labels of acme team are not carried over
const crawl = worker({
  dev: 'yarn worker',
  cwd: './site',
  build: { context: './site', target: 'app' },
});

// image: nothing sets VERSION, which is part of its name
// It ran in its image, and runs on this machine here: see to it that what it calls is there.
const migrate = task({ run: 'migrate up && migrate seed', image: 'acme/migrate' });

// Its command is in its image alone: put one for this machine in run.
const seed = task({ run: "echo 'no command for seed' && exit 1", image: 'acme/seed' });

// build.args: SECRET_KEY, TOKEN can be read in the image
// No command for this machine was found: it runs as a container. With dev: it would run natively.
const web = service({
  build: {
    context: '.',
    dockerfile: 'docker/python',
    args: { SECRET_KEY: 'none', TOKEN: param('TOKEN'), SITE: site.origin },
  },
  command: '/start',
  port: 8000,
  dependsOn: [migrate, seed],
});

const panel = container({
  image: 'acme/panel',
  ports: { http: { port: 'auto', containerPort: 80 } },
  env: { GATEWAY: 'http://gateway:81', EMPTY: '' },
});

const gateway = container({
  image: 'acme/gateway',
  ports: { http: { port: 'auto', containerPort: 81 } },
  env: { ADMIN: panel.url },
});

export default defineConfig({
  resources: { jobs, db, site, admin, crawl, migrate, seed, web, panel, gateway },
});
