import { qualifiedKind, resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';

/** Something the server says no to, in the words of the real one. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: number, reason: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The object the server answers with. */
export function statusOf({ code, reason, message, details }: Refusal): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    details,
    code,
  };
}

type Named = Pick<Kind, 'kind' | 'plural' | 'group'>;

const detailsOf = ({ group, plural }: Named, name: string) => ({ name, group, kind: plural });

export function notFound(kind: Named, name: string): Refusal {
  return new Refusal(404, 'NotFound', `${resourceOf(kind)} "${name}" not found`, detailsOf(kind, name));
}

export function alreadyExists(kind: Named, name: string): Refusal {
  return new Refusal(409, 'AlreadyExists', `${resourceOf(kind)} "${name}" already exists`, detailsOf(kind, name));
}

export function modified(kind: Named, name: string): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
  return new Refusal(409, 'Conflict', message, detailsOf(kind, name));
}

export function forbidden(kind: Named, name: string, why: string): Refusal {
  return new Refusal(403, 'Forbidden', `${resourceOf(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name));
}

export interface Cause {
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden';
  /** `spec.template` */
  readonly field: string;
  /** `Required value`, or what comes after the field. */
  readonly message: string;
}

export function invalid(kind: Named, name: string, causes: readonly Cause[]): Refusal {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${qualifiedKind(kind)} "${name}" is invalid: ${text}`, {
    ...detailsOf(kind, name),
    kind: kind.kind,
    causes,
  });
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

/** Of an error the real server has no reason for. */
export function failed(message: string): Refusal {
  return new Refusal(500, '', message);
}

export function unknownPath(): Refusal {
  return new Refusal(404, 'NotFound', 'the server could not find the requested resource');
}

/** `kubectl create secret` and its like send protobuf; `kubectl create -f` does not. */
export function unreadable(): Refusal {
  const accepted = 'application/json, application/yaml';
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new Refusal(415, 'UnsupportedMediaType', message);
}

/** What this server of tests does not do, and says so. */
export function notBuilt(what: string): Refusal {
  return new Refusal(501, 'NotImplemented', `the API server of the tests has no ${what}`);
}
