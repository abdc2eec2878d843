import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';

/** By instance; the numbers by `resource/port`. */
export interface PortRecords {
  readonly [instance: string]: {
    /** The checkout; when it is gone, so is the claim. */
    readonly root: string;
    readonly ports: { readonly [key: string]: number };
  };
}

const VERSION = 1;

/** What cannot be read is begun anew: at worst some numbers change once. */
export function readPortTable(file: string): PortRecords {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(content) && content['version'] === VERSION && isRecord(content['instances'])
      ? decodeInstances(content['instances'])
      : {};
  } catch {
    return {}; // There is none yet, or it is damaged.
  }
}

/** Reads, changes and writes the table while no other devstack does. */
export async function changePortTable<T>(
  file: string,
  change: (table: PortRecords) => Promise<{ readonly table: PortRecords; readonly result: T }>,
): Promise<T> {
  const unlock = await lockFile(file);
  try {
    sweepDrafts(file);
    const { table, result } = await change(readPortTable(file));
    write(file, table);
    return result;
  } finally {
    // A lock that went stale meanwhile is another's by now.
    await unlock().catch(() => undefined);
  }
}

async function lockFile(file: string): Promise<() => Promise<void>> {
  const folder = path.dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { lock } = await import('proper-lockfile');
    return await lock(file, {
      realpath: false,
      stale: 10_000,
      retries: { retries: 400, factor: 1.2, minTimeout: 5, maxTimeout: 60, randomize: true },
      // A stall of ours let another take over; the table is replaced as a whole, so it stays readable.
      onCompromised: () => {},
    });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Of those that were killed in the middle of it: nobody else writes now. */
function sweepDrafts(file: string): void {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  for (const draft of readdirSync(folder))
    if (draft.startsWith(`${name}.`) && draft.endsWith('.tmp')) rmSync(path.join(folder, draft), { force: true });
}

function write(file: string, table: PortRecords): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, `${JSON.stringify({ version: VERSION, instances: table }, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(target: string, error: unknown): FailureError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FailureError({ code: 'state-unwritable', path: target, reason }, error);
}

function decodeInstances(instances: Readonly<Record<string, unknown>>): PortRecords {
  return Object.fromEntries(
    Object.entries(instances).flatMap(([instance, entry]) => {
      if (!isRecord(entry) || typeof entry['root'] !== 'string' || !isRecord(entry['ports'])) return [];
      const ports = Object.entries(entry['ports']).filter(isNumbered);
      return [[instance, { root: entry['root'], ports: Object.fromEntries(ports) }]];
    }),
  );
}

const isNumbered = (entry: [string, unknown]): entry is [string, number] =>
  Number.isInteger(entry[1]) && Number(entry[1]) > 0 && Number(entry[1]) <= 65_535;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
