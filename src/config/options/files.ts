import { jsonFile, holes, yamlFile } from '../../core/config-file.ts';
import type { ConfigFile, FileData, FilePart } from '../../core/config-file.ts';
import type { Template } from '../../core/ref.ts';
import { isRef, isResource } from '../brand.ts';
import { wrong } from '../checks.ts';
import type { Check, Scope } from '../scope.ts';
import { isPlain } from '../shape.ts';
import { template } from '../template.ts';

/** `files` of a program: path in the container to text or data. */
export const configFiles: Check<readonly ConfigFile[]> = (value, at, scope) => {
  if (!isPlain(value)) return wrong(at, scope, 'an object of paths in the container to text or data', value);
  return Object.entries(value).flatMap(([path, content]): ConfigFile[] => {
    const place = `${at}[${JSON.stringify(path)}]`;
    if (!/^\/?[^/\s:][^\s:]*$/.test(path) || path.split('/').includes('..') || path.endsWith('/')) {
      const message = `${place} is not the path of a file in a container, for example '/etc/app/config.yaml'.`;
      scope.problem('bad-name', place, message);
      return [];
    }
    const parts = partsOf(path, content, place, scope);
    return parts ? [{ path, parts }] : [];
  });
};

function partsOf(path: string, content: unknown, at: string, scope: Scope): readonly FilePart<Template>[] | undefined {
  if (typeof content === 'string' || isRef(content)) {
    const text = template(content, at, scope);
    return text && holes(text, 'text');
  }
  const write = /\.json$/i.test(path) ? jsonFile : /\.ya?ml$/i.test(path) ? yamlFile : undefined;
  if (!write) return wrong(at, scope, 'text: data is written to files named .json, .yaml or .yml', content);
  const data = dataOf(content, at, scope);
  return data === undefined ? undefined : write(data);
}

function dataOf(value: unknown, at: string, scope: Scope, above: readonly unknown[] = []): FileData | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' || isRef(value) || isResource(value)) {
    const leaf = template(value, at, scope);
    return leaf && { leaf };
  }
  if (above.includes(value)) return wrong(at, scope, 'data that does not contain itself', value);
  const path = [...above, value];
  if (Array.isArray(value)) {
    const list = value.map((item: unknown, index) => dataOf(item, `${at}[${index}]`, scope, path));
    return list.every((item) => item !== undefined) ? { list } : undefined;
  }
  if (!isPlain(value) || !isRecord(value))
    return wrong(at, scope, 'text, numbers, lists, objects and values like db.url', value);
  const fields: (readonly [string, FileData])[] = [];
  let isWhole = true;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const data = dataOf(item, `${at}.${key}`, scope, path);
    if (data === undefined) isWhole = false;
    else fields.push([key, data]);
  }
  return isWhole ? { fields } : undefined;
}

/** Of no class: a date, a map or a URL would lose what it is. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
