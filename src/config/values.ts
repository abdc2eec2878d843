import type { Ref } from './ref.ts';

/** What a variable may be. `undefined` leaves the variable out, so `process.env.X` can be passed on. */
export type EnvValue = string | number | boolean | Ref | undefined;

/** Variables by name. */
export type Env = { readonly [name: string]: EnvValue };

/** A time: `'500ms'`, `'10s'`, `'2m'`, `'1h'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

/** Processor share: `2` or `'0.5'` cores, `'100m'` thousandths of one. */
export type CPU = number | `${number}` | `${number}m`;

/** An amount of memory or disk: `'512Mi'`, `'2Gi'`. */
export type Memory = `${number}${'Ki' | 'Mi' | 'Gi'}`;

/** A path that begins with a slash. */
export type Path = `/${string}`;
