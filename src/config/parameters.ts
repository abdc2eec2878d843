import { Ref } from './ref.ts';
import type { EnvValue } from './values.ts';

/**
 * Options of `secret()`.
 * @example
 * secret('JWT_SECRET', { generate: { length: 48 }, description: 'signs sessions' })
 */
export interface SecretOptions {
  /** Make one up for dev and keep it in `.devstack/` (32 characters unless `length`). Default: false. */
  generate?: boolean | { length: number };
  /** Shown where it is asked for. */
  description?: string;
}

/**
 * Options of `param()`.
 * @example
 * param('LOG_LEVEL', { default: 'info' })
 */
export interface ParamOptions {
  /** Used when nothing sets it. */
  default?: string | number | boolean;
  /** Shown where it is asked for. */
  description?: string;
}

/**
 * A value that must not be in the config: taken in dev from the environment, `.env.local` or `.env`, or generated;
 * from a Secret when promoted. Masked in logs and output. Without a value, what uses it does not start.
 * @example
 * env: { JWT_SECRET: secret('JWT_SECRET', { generate: true }) }
 */
export function secret(name: string, options: SecretOptions = {}): Ref {
  return new Ref({ kind: 'secret', name, options });
}

/**
 * A value that may differ from machine to machine and is no secret: taken from the environment, `.env.local` or `.env`.
 * @example
 * env: { LOG_LEVEL: param('LOG_LEVEL', { default: 'info' }) }
 */
export function param(name: string, options: ParamOptions = {}): Ref {
  return new Ref({ kind: 'param', name, options });
}

/**
 * Values of `perTarget()`.
 * @example
 * perTarget({ dev: 'debug', default: 'info' })
 */
export interface TargetValues {
  dev?: EnvValue;
  compose?: EnvValue;
  kind?: EnvValue;
  /** Where the target has no value of its own; without it the variable is left out there. */
  default?: EnvValue;
}

/**
 * A value that differs between dev, compose and kind.
 * @example
 * env: { LOG_FORMAT: perTarget({ dev: 'pretty', default: 'json' }) }
 */
export function perTarget(values: TargetValues): Ref {
  return new Ref({ kind: 'per-target', values });
}
