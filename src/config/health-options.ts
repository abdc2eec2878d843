import type { Duration, Path } from './values.ts';

/**
 * When a health check is tried.
 * @example
 * healthcheck: { http: '/healthz', interval: '5s', startPeriod: '30s' }
 */
export interface HealthcheckOptions {
  /** Between two tries, once it has been ready. Default: `'2s'`; until first ready it is tried every 100 ms. */
  interval?: Duration;
  /** One try may take this long. Default: `'2s'`. */
  timeout?: Duration;
  /** Failures in a row before it counts as unhealthy. Default: 30. */
  retries?: number;
  /** Failures this soon after the start do not count. Default: `'0s'`. */
  startPeriod?: Duration;
}

/**
 * One way to find out whether something works.
 * @example
 * { command: ['pg_isready', '-h', '127.0.0.1'] }
 */
export type Check =
  /** GET on a path of one of its own ports; 2xx and 3xx are healthy. */
  | { http: Path; port?: string }
  /** The port (true: the first one) accepts connections. */
  | { tcp: string | true }
  /** The command exits with 0. */
  | { command: string | readonly string[] }
  /** A line of its output matches; for readiness only. */
  | { log: RegExp };

/**
 * A check with its times; a path alone means `{ http: path }`.
 * @example
 * healthcheck: { ready: '/ready', live: { tcp: true } }
 */
export type SingleHealthcheck = Path | (HealthcheckOptions & Check);

/**
 * How to find out whether it works: a path, one check, or one each for `ready` (others may start), `live` (restart
 * when it fails) and `startup`. `false` switches checking off. With one path only, readiness is HTTP and liveness TCP.
 * @example
 * healthcheck: '/healthz'
 */
export type Healthcheck =
  false | SingleHealthcheck | { ready?: SingleHealthcheck; live?: SingleHealthcheck; startup?: SingleHealthcheck };
