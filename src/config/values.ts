import type { Ref } from './ref.ts';

/**
 * What a variable may be. `undefined` leaves the variable out, so `process.env.X` can be passed on.
 * @example
 * const url: EnvValue = process.env.API_URL ?? api.url;
 */
export type EnvValue = string | number | boolean | Ref | undefined;

/**
 * Variables by name.
 * @example
 * const shared: Env = { LOG_LEVEL: 'info', DATABASE_URL: db.url };
 */
export type Env = { readonly [name: string]: EnvValue };

/**
 * A time: `'500ms'`, `'10s'`, `'2m'`, `'1h'`.
 * @example
 * stopGracePeriod: '30s'
 */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

/**
 * Processor share: `2` or `'0.5'` cores, `'100m'` thousandths of one.
 * @example
 * resources: { requests: { cpu: '250m' } }
 */
export type CPU = number | `${number}` | `${number}m`;

/**
 * An amount of memory or disk: `'512Mi'`, `'2Gi'`.
 * @example
 * resources: { limits: { memory: '512Mi' } }
 */
export type Memory = `${number}${'Ki' | 'Mi' | 'Gi'}`;

/**
 * A path that begins with a slash.
 * @example
 * healthcheck: '/healthz'
 */
export type Path = `/${string}`;
