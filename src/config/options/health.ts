import { command, count, duration, either, flag, path, pattern, text, wrong } from '../checks.ts';
import type { Check } from '../scope.ts';
import { isPlain, shape } from '../shape.ts';

const single = shape({
  http: path,
  port: text,
  tcp: either<boolean, string>((value) => typeof value === 'boolean', flag, text),
  command,
  log: pattern,
  interval: duration,
  timeout: duration,
  retries: count,
  startPeriod: duration,
});

/** One check as written, a path among them. */
export type WrittenCheck = NonNullable<ReturnType<typeof single>>;

export type WrittenHealth =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly check: WrittenCheck }
  | {
      readonly kind: 'each';
      readonly ready?: WrittenCheck;
      readonly live?: WrittenCheck;
      readonly startup?: WrittenCheck;
    };

const kinds = ['http', 'tcp', 'command', 'log'] as const;

const oneCheck: Check<WrittenCheck> = (value, at, scope) => {
  if (typeof value === 'string') {
    const http = path(value, at, scope);
    return http === undefined ? undefined : { http };
  }
  const parsed = single(value, at, scope);
  if (!parsed || !isPlain(value)) return undefined;
  const given = kinds.filter((kind) => kind in value);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    scope.problem('contradiction', at, `${at} needs exactly one of http, tcp, command and log, but has ${found}.`);
    return undefined;
  }
  if (parsed.tcp === false) return wrong(`${at}.tcp`, scope, 'true or the name of a port', false);
  return given.every((kind) => parsed[kind] !== undefined) ? parsed : undefined;
};

const parts = shape({ ready: oneCheck, live: oneCheck, startup: oneCheck });

export const healthcheck: Check<WrittenHealth> = (value, at, scope) => {
  if (value === false) return { kind: 'none' };
  if (isPlain(value) && ['ready', 'live', 'startup'].some((part) => part in value)) {
    const parsed = parts(value, at, scope);
    return parsed && { kind: 'each', ...parsed };
  }
  if (typeof value !== 'string' && !isPlain(value)) {
    return wrong(at, scope, "a path like '/healthz', a check like { command: '…' }, or false", value);
  }
  const check = oneCheck(value, at, scope);
  return check && { kind: 'one', check };
};
