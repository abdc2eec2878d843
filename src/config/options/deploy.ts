import type { Autoscale, Deploy, Permission, ScaleQueue } from '../../core/deploy.ts';
import { isResource, resourceKey, scaleKey } from '../brand.ts';
import {
  anyText,
  callable,
  condition,
  count,
  cpu,
  duration,
  either,
  flag,
  integer,
  memory,
  oneOf,
  oneOrList,
  path,
  percent,
  positive,
  text,
  wrong,
} from '../checks.ts';
import type { Check, LastWords, Scope } from '../scope.ts';
import { record, shape } from '../shape.ts';
import { permissions } from './permissions.ts';

const amounts = shape({ cpu, memory });
export const resources = shape({ requests: amounts, limits: amounts });

const queueTarget = shape({ target: positive, activation: positive });

const queue: Check<ScaleQueue> = (value, at, scope) => {
  if (typeof value !== 'object' || value === null || !(scaleKey in value)) {
    return wrong(at, scope, "a queue, for example mq.queueDepth('orders', { target: 20 })", value);
  }
  const { [scaleKey]: scale } = value;
  if (typeof scale !== 'object' || scale === null || !('source' in scale) || !isResource(scale.source))
    return undefined;
  const server = scope.reading.find(scale.source, at)?.name;
  const key = 'key' in scale && typeof scale.key === 'string' ? scale.key : '';
  const written = 'target' in scale ? scale.target : undefined;
  const parsed = queueTarget(written, at, scope);
  if (parsed && isMissing(written, 'target'))
    scope.problem('missing-option', at, `${at} needs target, the number of messages for one replica.`);
  if (server === undefined || parsed?.target === undefined) return undefined;
  const { target, activation } = parsed;
  const { kind: engine } = scale.source[resourceKey];
  return { server, engine, key, target, ...(activation !== undefined && { activation }) };
};

const autoscaleOptions = shape({
  min: count,
  max: positive,
  cpu: percent,
  memory: percent,
  queue: oneOrList(queue),
  rps: positive,
});

const autoscale: Check<Autoscale> = (value, at, scope) => {
  const parsed = autoscaleOptions(value, at, scope);
  if (!parsed) return undefined;
  const { min = 1, max, queue: queues } = parsed;
  if (max === undefined && isMissing(value, 'max'))
    scope.problem('missing-option', at, `${at} needs max, the most replicas.`);
  if (max !== undefined && min > max)
    scope.problem('contradiction', at, `${at}.min is ${min}, more than max (${max}).`);
  if (parsed.min === 0 && queues === undefined) {
    const message = `${at}.min is 0, but without a queue nothing wakes it again. Use min: 1, or add queue.`;
    scope.problem('contradiction', `${at}.min`, message);
  }
  const { cpu: percentOfCpu, memory: percentOfMemory, rps } = parsed;
  return {
    ...(parsed.min !== undefined && { min: parsed.min }),
    ...(max !== undefined && { max }),
    ...(percentOfCpu !== undefined && { cpu: percentOfCpu }),
    ...(percentOfMemory !== undefined && { memory: percentOfMemory }),
    ...(rps !== undefined && { rps }),
    ...(queues !== undefined && queues.length > 0 && { queues }),
  };
};

function isMissing(value: unknown, key: string): boolean {
  return typeof value !== 'object' || value === null || !(key in value);
}

const host = text;
export interface WrittenIngress {
  readonly host?: string;
  readonly path?: string;
  readonly tls?: boolean;
  readonly className?: string;
  readonly gateway?: string;
  readonly annotations?: { readonly [name: string]: string };
  readonly issuer?: string;
  readonly rateLimit?: number;
  readonly readTimeout?: number;
  readonly maxBody?: number;
}

const gateway = condition(
  "the name of a Gateway, or 'namespace/name'",
  (value): value is string =>
    typeof value === 'string' && /^(?:[a-z0-9][a-z0-9-]{0,62}\/)?[a-z0-9][a-z0-9.-]{0,252}$/.test(value),
);

const writtenIngress = shape({
  host,
  path,
  tls: flag,
  className: text,
  gateway,
  annotations: record(anyText),
  issuer: text,
  rateLimit: positive,
  readTimeout: duration,
  maxBody: memory,
});

const ingressOptions: Check<WrittenIngress> = (value, at, scope) => {
  const parsed = writtenIngress(value, at, scope);
  if (parsed?.gateway !== undefined && parsed.className !== undefined) {
    const message = `${at} has both gateway and className. Keep one: a Gateway is reached by an HTTPRoute, which has no class.`;
    scope.problem('contradiction', `${at}.className`, message);
  }
  return parsed;
};

const servicePort = integer(1, 65_535, 'a port number');

const options = shape({
  kind: oneOf('daemon'),
  replicas: integer(0, 1000, 'a whole number of replicas'),
  autoscale,
  vpa: oneOf('off', 'initial', 'auto'),
  resources,
  qos: oneOf('guaranteed'),
  servicePort: either((value) => typeof value !== 'object', servicePort, record(servicePort)),
  ingress: either<boolean | string, WrittenIngress>(
    (value) => typeof value !== 'object',
    either<boolean, string>((value) => typeof value === 'boolean', flag, host),
    ingressOptions,
  ),
  strategy: oneOf('rolling', 'recreate'),
  serviceAccount: text,
  permissions,
  labels: record(anyText),
  annotations: record(anyText),
  waitFor: oneOf('init'),
  secretsAs: oneOf('variables', 'files'),
  drain: duration,
  priorityClass: text,
  public: flag,
  compose: callable,
  kubernetes: callable,
});

export interface WrittenDeploy {
  readonly kind?: 'daemon';
  readonly vpa?: Deploy['vpa'];
  readonly qos?: 'guaranteed';
  readonly servicePort?: number | { readonly [port: string]: number };
  readonly ingress?: boolean | string | WrittenIngress;
  readonly replicas?: number;
  readonly autoscale?: Autoscale;
  readonly resources?: Deploy['resources'];
  readonly strategy?: 'rolling' | 'recreate';
  readonly serviceAccount?: string;
  readonly permissions?: readonly Permission[];
  readonly labels?: { readonly [name: string]: string };
  readonly annotations?: { readonly [name: string]: string };
  readonly waitFor?: 'init';
  readonly secretsAs?: 'variables' | 'files';
  readonly drain?: number;
  readonly priorityClass?: string;
  readonly mode?: 'statefulset' | 'operator' | 'chart' | 'external';
  readonly storage?: number;
  readonly storageClass?: string;
  readonly public?: boolean;
  readonly compose?: NonNullable<LastWords['compose']>;
  readonly kubernetes?: NonNullable<LastWords['kubernetes']>;
}

/** `deploy` of a process. Checked here, carried out by promotion. */
export const deploy: Check<WrittenDeploy> = (value, at, scope) => {
  const parsed = options(value, at, scope);
  if (parsed?.replicas !== undefined && parsed.autoscale !== undefined) {
    const message = `${at} has both replicas and autoscale. Keep one: autoscale decides the number itself.`;
    scope.problem('contradiction', `${at}.replicas`, message);
  }
  if (parsed?.kind !== undefined) checkDaemon(parsed, at, scope);
  if (parsed) checkQuality(parsed, parsed.resources, at, scope);
  if (parsed?.permissions && parsed.serviceAccount !== undefined) {
    const message = `${at} has both permissions and serviceAccount. Keep one: whoever made the account says what it may.`;
    scope.problem('contradiction', `${at}.permissions`, message);
  }
  return parsed;
};

/** Of it, or of what is next to it. */
export function checkQuality(
  { qos }: Pick<WrittenDeploy, 'qos'>,
  given: WrittenDeploy['resources'],
  at: string,
  scope: Scope,
): void {
  if (qos === undefined || !given?.requests) return;
  const message = `${at} has resources.requests, but qos: 'guaranteed' makes what is requested of the limits. Keep one.`;
  scope.problem('contradiction', `${at}.resources.requests`, message);
}

function checkDaemon({ replicas, autoscale: scaled, strategy }: WrittenDeploy, at: string, scope: Scope): void {
  const numbers = { ...(replicas !== undefined && { replicas }), ...(scaled && { autoscale: scaled }) };
  for (const option of Object.keys(numbers)) {
    const message = `${at} has both kind: 'daemon' and ${option}. Keep one: as many run as the cluster has nodes.`;
    scope.problem('contradiction', `${at}.${option}`, message);
  }
  if (strategy !== 'recreate') return;
  const message = `${at} has both kind: 'daemon' and strategy: 'recreate'. Keep one: nodes are updated one by one.`;
  scope.problem('contradiction', `${at}.strategy`, message);
}
