import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ReachedEngine } from '../client.ts';
import { isMissing } from '../client.ts';
import type { Credentials } from '../registry.ts';
import { unary } from './wire.ts';

/** A connection over which a builder asks for what must not be in the context. */
export interface BuildSession {
  readonly id: string;
  close(): void;
}

export interface SessionAnswers {
  /** The log-in for the registry of this host. */
  credentials(host: string): Promise<Credentials | undefined>;
  secret(id: string): string | undefined;
}

const HEALTH = unary('/grpc.health.v1.Health/Check', 'HealthRequest', 'HealthResponse');
const LOG_IN = unary('/moby.filesync.v1.Auth/Credentials', 'CredentialsRequest', 'CredentialsResponse');
const SECRET = unary('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'SecretRequest', 'SecretResponse');
const SERVING = 1;

/**
 * The client's own session knows one log-in for all registries and no secrets, and is dropped after a second, since it
 * does not answer whether it is well. Undefined for an engine without sessions: it has the classic builder only.
 */
export async function openSession(engine: ReachedEngine, answers: SessionAnswers): Promise<BuildSession | undefined> {
  const id = randomUUID();
  const socket = await dial(engine, id);
  if (!socket) return undefined;
  const server = new Server();
  server.addService(
    { check: HEALTH },
    { check: (_call: unknown, answer: Answer) => answer(null, { status: SERVING }) },
  );
  server.addService(
    { credentials: LOG_IN },
    {
      credentials({ request }: Call<{ Host: string }>, answer: Answer) {
        answers.credentials(request.Host).then(
          (found) => answer(null, loginOf(found)),
          () => answer(null, loginOf(undefined)),
        );
      },
    },
  );
  server.addService(
    { secret: SECRET },
    {
      secret({ request }: Call<{ ID: string }>, answer: Answer) {
        const text = answers.secret(request.ID);
        if (text === undefined) answer({ code: status.NOT_FOUND, details: `there is no build secret ${request.ID}` });
        else answer(null, { data: Buffer.from(text) });
      },
    },
  );
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    close() {
      server.forceShutdown();
      socket.destroy();
    },
  };
}

interface Call<Request> {
  readonly request: Request;
}

type Answer = (error: { readonly code: number; readonly details: string } | null, value?: object) => void;

function loginOf(found: Credentials | undefined): { readonly Username: string; readonly Secret: string } {
  if (!found) return { Username: '', Secret: '' };
  return 'identitytoken' in found
    ? { Username: '', Secret: found.identitytoken }
    : { Username: found.username, Secret: found.password };
}

function dial({ docker }: ReachedEngine, id: string): Promise<Duplex | undefined> {
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'devstack',
    'X-Docker-Expose-Session-Grpc-Method': [HEALTH.path, LOG_IN.path, SECRET.path],
  };
  const options = { method: 'POST', path: '/session', hijack: true, headers, statusCodes: { 200: true } };
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (error: unknown, socket: unknown) => {
      if (isMissing(error)) resolve(undefined);
      else if (error) reject(error);
      else resolve(socket as Duplex);
    });
  });
}
