import type { Permission } from '../../core/deploy.ts';
import { anyText, list, text } from '../checks.ts';
import type { Check, Scope } from '../scope.ts';
import { shape } from '../shape.ts';

const written = shape({ apiGroups: list(anyText), resources: list(text), verbs: list(text) });

/** What gives away more than it says: other people's secrets, and a way into other pods. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['*', 'is also what there will be next year: name what it needs'],
  ['secrets', 'are all Secrets of the namespace: name the one it needs in env'],
  ['pods/exec', 'leads into other pods: take it out'],
  ['pods/attach', 'leads into other pods: take it out'],
]);

const permission: Check<Permission> = (value, at, scope) => {
  const parsed = written(value, at, scope);
  if (!parsed) return undefined;
  const { apiGroups = [''], resources = [], verbs = [] } = parsed;
  for (const field of ['resources', 'verbs'] as const)
    if (parsed[field]?.length === 0 || (typeof value === 'object' && value !== null && !(field in value)))
      scope.problem(
        'missing-option',
        at,
        `${at} needs ${field}, for example { resources: ['pods'], verbs: ['list'] }.`,
      );
  refuse({ apiGroups, resources, verbs }, at, scope);
  return { apiGroups, resources, verbs };
};

function refuse(parsed: Permission, at: string, scope: Scope): void {
  for (const field of ['apiGroups', 'resources', 'verbs'] as const)
    for (const [index, word] of parsed[field].entries()) {
      const why = field === 'resources' || word === '*' ? REFUSED.get(word) : undefined;
      const place = `${at}.${field}[${index}]`;
      if (why !== undefined) scope.problem('too-many-rights', place, `${place}: "${word}" ${why}.`);
    }
}

/** What a program may ask of the cluster it runs in. */
export const permissions = list(permission);
