import type { Address } from './address.ts';
import { commonValues } from './address.ts';
import type { InfraEngine } from './kind.ts';

export const mailpitEngine: InfraEngine = {
  engine: 'mailpit',
  version: 'v1.27',
  image: (version) => `axllent/mailpit:${version}`,
  ports: [
    { name: 'smtp', number: 1025, protocol: 'tcp' },
    { name: 'web', number: 8025, protocol: 'http', title: 'Inbox' },
  ],
  login: { kind: 'none' },
  hasDatabase: false,
  values: {
    ...commonValues,
    url: smtpUrl,
    smtpUrl,
    webUrl: (at) => `http://${at.publicHost}:${at.publicPorts['web']}`,
  },
  container: () => ({ env: { MP_DATABASE: '/data/mailpit.db' }, dataFolder: '/data' }),
  ready: () => ({ kind: 'http', port: 'web', path: '/readyz' }),
  // Its image has no user: anyone will do.
  hardened: {
    user: 1000,
    group: 1000,
    writable: ['/tmp'],
    health: { kind: 'command', argv: ['/mailpit', 'readyz'] },
  },
  sharing: { kind: 'none', reason: 'it has one inbox' },
  native: { kind: 'none', reason: 'no package of a distribution has Mailpit, and a mere SMTP sink is no inbox' },
};

function smtpUrl(at: Address): string {
  return `smtp://${at.host}:${at.port}`;
}
