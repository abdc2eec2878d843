import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { PortRecords } from './port-file.ts';
import { changePortTable, readPortTable } from './port-file.ts';

/** Outside the ranges systems take numbers from by themselves, and below Kubernetes' node ports. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

export interface WantedPort {
  readonly resource: string;
  /** Its name in the resource. */
  readonly port: string;
  readonly number: number | 'auto';
}

export interface MovedPort {
  /** `resource/port`. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

export interface Reservation {
  /** By `resource/port`. */
  readonly numbers: { readonly [key: string]: number };
  /** Proposed ones that someone else has taken since the last time. */
  readonly moved: readonly MovedPort[];
}

/** The port numbers of all instances of this user, so that no two live ones get the same. */
export interface PortTable {
  reserve(instance: string, root: string, wanted: readonly WantedPort[]): Promise<Reservation>;
  release(instance: string): Promise<void>;
  /** A free number instead of a taken one, which nobody was given; not remembered unless it is reserved. */
  spare(instance: string, resource: string, port: string): Promise<number>;
}

export interface PortTableOptions {
  readonly file: string;
  /** The port is busy, but with something of this instance: an adopted container, say. */
  readonly isOurs?: (port: number) => boolean | Promise<boolean>;
}

export function createPortTable({ file, isOurs = () => false }: PortTableOptions): PortTable {
  /** Given out by us: what listens there now is what we gave it to. */
  const given = new Set<string>();
  const isUsable = async (instance: string, key: string, port: number) =>
    given.has(`${instance} ${key} ${port}`) || (await isPortFree(port)) || (await isOurs(port));

  /** All as it was the last time; undefined when something has to change. */
  async function recall(instance: string, root: string, wanted: readonly WantedPort[]) {
    const entry = readPortTable(file)[instance];
    if (entry?.root !== root) return undefined;
    const recalled: Record<string, number> = {};
    for (const { resource, port, number } of wanted) {
      const key = keyOf(resource, port);
      const known = entry.ports[key];
      if (known === undefined || (number !== 'auto' && number !== known)) return undefined;
      if (Object.values(recalled).includes(known)) return undefined;
      recalled[key] = known;
    }
    const proposed = wanted
      .filter(({ number }) => number === 'auto')
      .map(({ resource, port }) => keyOf(resource, port));
    const usable = await Promise.all(proposed.map((key) => isUsable(instance, key, recalled[key] ?? 0)));
    return usable.every(Boolean) ? recalled : undefined;
  }

  async function propose(instance: string, root: string, wanted: readonly WantedPort[], table: PortRecords) {
    const before = table[instance]?.ports ?? {};
    const numbers: Record<string, number> = {};
    const moved: MovedPort[] = [];
    for (const { resource, port, number } of wanted) if (number !== 'auto') numbers[keyOf(resource, port)] = number;
    const taken = new Set([...numbersOfOthers(table, instance), ...Object.values(numbers)]);
    for (const { resource, port, number } of wanted) {
      if (number !== 'auto') continue;
      const key = keyOf(resource, port);
      const from = before[key];
      const stays = from !== undefined && !taken.has(from) && (await isUsable(instance, key, from));
      // What other resources of this instance had stays theirs, though they are not wanted now.
      const to = stays ? from : await findPort(instance, key, new Set([...taken, ...Object.values(before)]));
      if (from !== undefined && from !== to) moved.push({ key, from, to });
      numbers[key] = to;
      taken.add(to);
    }
    return { table: { ...table, [instance]: { root, ports: { ...before, ...numbers } } }, result: { numbers, moved } };
  }

  return {
    async reserve(instance, root, wanted) {
      const recalled = await recall(instance, root, wanted);
      const reservation: Reservation = recalled
        ? { numbers: recalled, moved: [] }
        : await changePortTable(file, (table) => propose(instance, root, wanted, withoutVanished(table)));
      for (const [key, port] of Object.entries(reservation.numbers)) given.add(`${instance} ${key} ${port}`);
      return reservation;
    },
    spare(instance, resource, port) {
      const given = Object.values(readPortTable(file)).flatMap(({ ports }) => Object.values(ports));
      return findPort(instance, keyOf(resource, port), new Set(given));
    },
    async release(instance) {
      if (!(instance in readPortTable(file))) return;
      await changePortTable(file, async (table) => {
        const { [instance]: _released, ...others } = table;
        return { table: withoutVanished(others), result: undefined };
      });
    },
  };
}

/** The first is what debuggers look at by themselves. */
const DEBUG_PORTS = [9229, 9329] as const;

/** A free port for an inspector, none of these. */
export async function freeDebugPort(taken: readonly number[]): Promise<number> {
  const { default: getPort, portNumbers } = await import('get-port');
  return getPort({ port: portNumbers(...DEBUG_PORTS), exclude: taken });
}

/** Whether a server may listen there, on any of the addresses a developer's server listens on. */
export async function isPortFree(port: number): Promise<boolean> {
  // Linux refuses the wildcard when any address of it is taken; macOS does not.
  const hosts = process.platform === 'linux' ? ['0.0.0.0', '::'] : ['127.0.0.1', '::1', '0.0.0.0', '::'];
  for (const host of hosts) if (!(await canListen(port, host))) return false;
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      // Without IPv6 there is nothing to be taken.
      const isMissing = 'code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
      resolve(isMissing);
    });
    server.listen({ port, host, ipv6Only: host.includes(':'), exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** The search starts where the name says, so that a checkout tends to get the same numbers when the table is lost. */
async function findPort(instance: string, key: string, exclude: ReadonlySet<number>): Promise<number> {
  const { default: getPort, portNumbers } = await import('get-port');
  const hash = createHash('sha1').update(`${instance} ${key}`).digest().readUInt32BE();
  const start = FIRST_PORT + (hash % (LAST_PORT - FIRST_PORT + 1));
  const order = [...portNumbers(start, LAST_PORT), ...portNumbers(FIRST_PORT, start)];
  return getPort({ port: order, exclude });
}

function numbersOfOthers(table: PortRecords, instance: string): readonly number[] {
  return Object.entries(table).flatMap(([other, { ports }]) => (other === instance ? [] : Object.values(ports)));
}

function withoutVanished(table: PortRecords): PortRecords {
  return Object.fromEntries(Object.entries(table).filter(([, { root }]) => existsSync(root)));
}

const keyOf = (resource: string, port: string) => `${resource}/${port}`;
