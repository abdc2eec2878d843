import { realpathSync } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { crypto } from './crypto.ts';

/** Names another instance of a checkout, beside its own; whatever a service calls is about the same one. */
export const INSTANCE_VARIABLE = 'DEVSTACK_INSTANCE';

/** The folder of a file system that knows no case, and the end of a socket's short path. */
const NAME = /^[a-z][a-z0-9-]{0,19}$/;

/** Which one a command is about; undefined: the checkout's own. Throws `instance-name-invalid`. */
export function namedInstance(env: NodeJS.ProcessEnv): string | undefined {
  const name = env[INSTANCE_VARIABLE];
  if (name === undefined || name === '') return undefined;
  if (!NAME.test(name) || name.endsWith('-')) throw new FailureError({ code: 'instance-name-invalid', name });
  return name;
}

/** A name that no instance has had, for one that is thrown away: `tmp-4f0c91ab`. */
export function throwAwayName(): string {
  return `tmp-${crypto().randomBytes(4).toString('hex')}`;
}

/**
 * The stack's name and six characters of the checkout's real path; another instance of the same checkout has its own
 * name in both: `shop-1f2e3d`, `shop-e2e-4c5b6a`.
 */
export function instanceOf(stack: string, root: string, name: string | undefined): string {
  return `${stack}-${placeOf(realpathSync(root), name)}`;
}

/** What the names of an instance end with, whatever its stack is called. */
export function placeOf(realRoot: string, name: string | undefined): string {
  const place = name === undefined ? realRoot : `${realRoot}\0${name}`;
  const hash = crypto().createHash('sha256').update(place).digest('hex').slice(0, 6);
  return name === undefined ? hash : `${name}-${hash}`;
}
