import type { Failure } from '../../core/failure.ts';
import type { Attempt } from '../server/attempt.ts';

/** How to reach a server on this machine. */
export interface Login {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface ProvisionRequest {
  readonly resource: string;
  readonly login: Login;
  readonly database: string;
  /** Besides that one. */
  readonly databases: readonly string[];
  /** Of a server that instances share: whose databases these are. */
  readonly instance?: string;
  /** Absolute paths, in the order to run. */
  readonly init: readonly string[];
  /** Where scripts run. */
  readonly root: string;
  /** Of this machine's processes; scripts get it with the variables of the server's clients on top. */
  readonly env: { readonly [name: string]: string | undefined };
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
  readonly output: (chunk: Uint8Array) => void;
}

export interface InstanceDatabase {
  readonly database: string;
  readonly instance: string;
}

/** What differs between servers that speak SQL. */
export interface SqlDialect {
  /** A query of this user. Nothing less tells: what listens may be a proxy, or a server that only makes its data. */
  attempt(login: Login): Promise<Attempt>;
  /** Makes databases and runs init files, each once for a data folder. */
  provision(request: ProvisionRequest): Promise<Failure | undefined>;
  /** The databases of instances in a server they share. The login is that of who may do everything. */
  databasesIn(login: Login): Promise<readonly InstanceDatabase[]>;
  /** Ends whoever uses them. */
  dropDatabases(login: Login, databases: readonly string[]): Promise<void>;
}
