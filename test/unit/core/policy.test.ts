import { expect, test } from 'vitest';
import { transition, type Lifecycle } from '../../../src/core/lifecycle.ts';
import { policyOf } from '../../../src/core/world.ts';
import { specOf } from '../kinds/spec.ts';

const ready: Lifecycle = { kind: 'ready', since: 0, attempt: 1 };
const ended = { kind: 'exited', exit: { kind: 'code', code: 0 } } as const;

test('a server that ends by itself has failed, and is started again', () => {
  const { resource } = specOf('rabbitmq');
  expect(transition(ready, ended, policyOf(resource), 1000)).toMatchObject({
    kind: 'backoff',
    failure: { code: 'exited', exit: ended.exit },
  });
});

test('a container of any image may be done', () => {
  const { resource } = specOf('rabbitmq');
  const policy = policyOf({ ...resource, engine: 'container' });
  expect(transition(ready, ended, policy, 1000)).toMatchObject({ kind: 'done' });
});
