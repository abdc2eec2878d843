import type { Env } from '../client.ts';
import { credentialsAt, registryOf } from '../registry.ts';
import { dockerfileText } from './context.ts';
import type { BuildContext } from './context.ts';
import type { SessionAnswers } from './session.ts';

/** What a builder may ask for. */
export function answersOf(secrets: { readonly [id: string]: string }, env: Env): SessionAnswers {
  return {
    credentials: (host: string) => credentialsAt(host === HUB_HOST ? registryOf('') : host, env),
    secret: (id: string) => secrets[id],
  };
}

/** Where images of the hub are pulled from. */
const HUB_HOST = 'registry-1.docker.io';

/** The classic builder wants to be given beforehand what it may need. */
export async function logInsOf(context: BuildContext, env: Env) {
  const text = await dockerfileText(context);
  const images = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, image = '']) => image);
  const registries = [...new Set(images.map(registryOf))];
  const found = await Promise.all(
    registries.map(async (registry) => [registry, await credentialsAt(registry, env)] as const),
  );
  return Object.fromEntries(
    found.flatMap(([registry, login]) =>
      login && 'username' in login ? [[registry, { username: login.username, password: login.password }]] : [],
    ),
  );
}
