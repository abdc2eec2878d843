import { encodeForUrl } from '../kinds/address.ts';
import { srvUrl } from '../kinds/mongodb.ts';
import type { ContainerResource, Stack } from '../core/stack.ts';
import { isSecret } from './value.ts';
import type { Value, ValueReader } from './value.ts';

/** What whoever talks to a server has to know, under names that stay whoever runs the server. */
export interface Binding {
  readonly server: string;
  readonly values: { readonly [key: string]: Value };
}

/** By parts of the config; the keys are those CloudNativePG and the operator of MongoDB write for a user. */
const KEYS: Readonly<Record<string, string>> = {
  user: 'username',
  accessKey: 'username',
  password: 'password',
  secretKey: 'password',
  database: 'dbname',
  host: 'host',
  port: 'port',
  url: 'uri',
};
const KEYS_OF_MONGODB: Readonly<Record<string, string>> = {
  user: 'username',
  password: 'password',
  url: 'connectionString.standard',
};

/** Of a set that an operator runs, which writes one of that name as well. */
export const SRV = 'connectionString.standardSrv';

/** Of every server that asks who one is. */
export function bindingsOf({ resources }: Stack, reader: ValueReader): readonly Binding[] {
  return resources.flatMap((resource): Binding[] => {
    if (resource.kind !== 'container' || resource.engine === 'container') return [];
    const values = valuesOf(resource, reader);
    return Object.values(values).some(isSecret) ? [{ server: resource.name, values }] : [];
  });
}

function valuesOf(resource: ContainerResource, reader: ValueReader): Binding['values'] {
  const textOf = (part: string) => reader.lookup({ kind: 'resource', resource: resource.name, part })?.text;
  const keys = resource.engine === 'mongodb' ? KEYS_OF_MONGODB : KEYS;
  const values = Object.entries(keys).flatMap(([part, key]): [string, Value][] => {
    const text = textOf(part);
    return text === undefined ? [] : [[key, reader.parse(text)]];
  });
  const srv = resource.engine === 'mongodb' ? srvUrl(textOf('url') ?? '') : undefined;
  if (srv !== undefined) values.push([SRV, reader.parse(srv)]);
  const [jdbc, user, password] = [textOf('jdbcUrl'), textOf('user'), textOf('password')];
  if (resource.engine === 'mongodb' || jdbc === undefined || user === undefined || password === undefined)
    return Object.fromEntries(values);
  const uri = reader.parse(`${jdbc}?password=${encodeForUrl(password)}&user=${encodeForUrl(user)}`);
  return Object.fromEntries([...values, ['jdbc-uri', uri]]);
}
