import type { Address, InfraEngine } from './engine.ts';
import { commonValues } from './engine.ts';

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
};

function smtpUrl(at: Address): string {
  return `smtp://${at.host}:${at.port}`;
}
