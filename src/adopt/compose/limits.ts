import { object, value, type Entry } from '../expression.ts';
import { mapOf, textOf, type Raw } from './raw.ts';

/** `deploy.replicas` and `deploy.resources`, and what was before them. */
export function resourcesOf(raw: Raw): readonly Entry[] {
  const deploy = mapOf(raw['deploy']);
  const replicas = Number(textOf(deploy['replicas']) ?? textOf(raw['scale']) ?? 'none');
  const resources = mapOf(deploy['resources']);
  const limits = amounts(mapOf(resources['limits']), { cpu: raw['cpus'], memory: raw['mem_limit'] });
  const requests = amounts(mapOf(resources['reservations']), { cpu: undefined, memory: raw['mem_reservation'] });
  const shares: Entry[] = [];
  if (requests.length > 0) shares.push(['requests', object(requests)]);
  if (limits.length > 0) shares.push(['limits', object(limits)]);
  const entries: Entry[] = [];
  if (Number.isInteger(replicas) && replicas > 1) entries.push(['replicas', value(replicas)]);
  if (shares.length > 0) entries.push(['resources', object(shares)]);
  return entries;
}

function amounts(raw: Raw, plain: { readonly cpu: unknown; readonly memory: unknown }): readonly Entry[] {
  const cpu = textOf(raw['cpus'] ?? plain.cpu);
  const memory = memoryOf(textOf(raw['memory'] ?? plain.memory));
  const entries: Entry[] = [];
  if (cpu !== undefined && /^\d*\.?\d+$/.test(cpu) && Number(cpu) > 0)
    entries.push(['cpu', value(String(Number(cpu)))]);
  if (memory !== undefined) entries.push(['memory', value(memory)]);
  return entries;
}

/** `512m`, `1.5GB`, bytes: as `512Mi`. */
function memoryOf(text: string | undefined): string | undefined {
  const [match, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(text ?? '') ?? [];
  if (match === undefined) return undefined;
  const letter = unit.toLowerCase();
  if (letter === '') return `${Math.max(1, Math.round(Number(amount) / 1024))}Ki`;
  return `${amount}${letter.toUpperCase()}i`;
}
