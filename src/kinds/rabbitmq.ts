import type { Address, InfraEngine } from './engine.ts';
import { commonValues, encodeForUrl, loginOf } from './engine.ts';

export const rabbitmqEngine: InfraEngine = {
  engine: 'rabbitmq',
  version: '4-management',
  image: (version) => `rabbitmq:${version}`,
  ports: [
    { name: 'amqp', number: 5672, protocol: 'tcp' },
    { name: 'management', number: 15672, protocol: 'http', title: 'Management' },
  ],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: false,
  values: {
    ...commonValues,
    user: (at) => at.user,
    password: (at) => at.password,
    url: (at) => `amqp://${loginOf(at)}${at.host}:${at.port}${virtualHost(at)}`,
    managementUrl: (at) => `http://${at.host}:${at.extraPorts['management']}`,
  },
};

// No path means the default virtual host, whose name is `/`.
function virtualHost(at: Address): string {
  const name = at.options['vhost'];
  return typeof name === 'string' && name !== '/' ? `/${encodeForUrl(name)}` : '';
}
