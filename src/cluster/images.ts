import { createHash } from 'node:crypto';
import type { KubeObject } from '../promote/kubernetes/object.ts';
import { isData } from '../promote/kubernetes/rules/data.ts';

/**
 * The same with images under the names they have there. A Job cannot be changed, so one whose image is another has
 * another name, wherever it is named.
 */
export function withImages(objects: readonly KubeObject[], names: ReadonlyMap<string, string>): readonly KubeObject[] {
  const renamed = new Map<string, string>();
  const changed = objects.map((object) => {
    const there = replaced(object, (text, key) => (key === 'image' ? (names.get(text) ?? text) : text)) as KubeObject;
    const hasChanged = JSON.stringify(there) !== JSON.stringify(object);
    if (object.kind === 'Job' && hasChanged) renamed.set(object.metadata.name, jobName(there));
    return there;
  });
  if (renamed.size === 0) return changed;
  return changed.map((object) => replaced(object, (text) => renamed.get(text) ?? text) as KubeObject);
}

/** The same with nodes that ask for these images each time; of every other they take the one they were given, if any. */
export function withPulls(objects: readonly KubeObject[], images: ReadonlySet<string>): readonly KubeObject[] {
  const pulled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(pulled);
    if (!isData(value)) return value;
    const { image, imagePullPolicy } = value;
    const isContainer = typeof image === 'string' && imagePullPolicy !== undefined;
    const policy = isContainer ? { imagePullPolicy: images.has(image) ? 'Always' : 'IfNotPresent' } : {};
    return { ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, pulled(one)])), ...policy };
  };
  return objects.map((object) => pulled(object) as KubeObject);
}

function jobName(job: KubeObject): string {
  const hash = createHash('sha256').update(JSON.stringify(job['spec'])).digest('hex').slice(0, 8);
  return `${job.metadata.name.replace(/-[0-9a-f]{8}$/, '')}-${hash}`;
}

function replaced(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((one) => replaced(one, change, key));
  if (!isData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one, change, name)]));
}

/** Of all containers, those before the others too. */
export function imagesOf(objects: readonly KubeObject[]): readonly string[] {
  const images = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look);
    if (!isData(value)) return;
    for (const [name, one] of Object.entries(value)) {
      if (/^(?:initC|c)ontainers$/.test(name) && Array.isArray(one))
        for (const container of one)
          if (isData(container) && typeof container['image'] === 'string') images.add(container['image']);
      look(one);
    }
  };
  look(objects);
  return [...images];
}
