import { flag, integer, memory, oneOf, text } from '../checks.ts';
import { shape } from '../shape.ts';
import { template } from '../template.ts';
import { checkQuality, resources } from './deploy.ts';

const infraOptions = shape({
  enabled: flag,
  external: template,
  mode: oneOf('statefulset', 'operator', 'chart', 'external'),
  replicas: integer(1, 99, 'a whole number of replicas'),
  storage: memory,
  storageClass: text,
  resources,
  qos: oneOf('guaranteed'),
});

/** `deploy` of infra. */
export const infraDeploy: typeof infraOptions = (value, at, scope) => {
  const parsed = infraOptions(value, at, scope);
  if (!parsed) return undefined;
  const { enabled, external, mode } = parsed;
  checkQuality(parsed, parsed.resources, at, scope);
  if (external && (enabled === true || (mode !== undefined && mode !== 'external'))) {
    const other = enabled === true ? 'enabled: true' : `mode: '${mode}'`;
    scope.problem(
      'contradiction',
      `${at}.external`,
      `${at} has both external and ${other}. Keep one: an external server is not deployed.`,
    );
  }
  if (!external && (enabled === false || mode === 'external')) {
    const cause = enabled === false ? 'enabled: false' : "mode: 'external'";
    const message = `${at} has ${cause} and no external. Say where the server is: external: secret('DATABASE_URL').`;
    scope.problem('missing-option', at, message);
  }
  if (parsed.replicas !== undefined && mode !== 'operator' && mode !== 'chart') {
    const message = `${at} has replicas, but without an operator nothing copies its data. Add mode: 'operator', or take replicas out.`;
    scope.problem('contradiction', `${at}.replicas`, message);
  }
  return parsed;
};
