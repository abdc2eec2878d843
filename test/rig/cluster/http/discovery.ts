import { apiVersionOf } from '../kinds.ts';
import type { Kind } from '../kinds.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Kubectl asks for it where the other has nothing of a kind, and takes no JSON: `swagger: "2.0"` and no definitions. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const EMPTY_DOCUMENT = Buffer.from('\n\u00032.0');

export interface Answer {
  readonly type: string;
  readonly body: object | Buffer;
}

const json = (body: object): Answer => ({ type: 'application/json', body });

export const VERSION = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2025-12-17T00:00:00Z',
  goVersion: 'go1.25.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** What the server tells of itself, or nothing where it is about objects. */
export function discovery(path: string, accept: string, kinds: readonly Kind[]): Answer | undefined {
  if (path === '/version') return json(VERSION);
  const isAggregated = accept.includes('as=APIGroupDiscoveryList') && accept.includes('v=v2;');
  const groups = [...new Set(kinds.map(({ group }) => group))];
  if (path === '/api') {
    if (isAggregated) return aggregated([''], kinds);
    return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  }
  if (path === '/apis') {
    const named = groups.filter((group) => group !== '');
    if (isAggregated) return aggregated(named, kinds);
    return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: named.map((group) => groupOf(group, kinds)) });
  }
  if (path === '/openapi/v2') return { type: PROTOBUF, body: EMPTY_DOCUMENT };
  if (path === '/openapi/v3') {
    const versions = new Set(kinds.map(rootOf));
    const paths = [...versions].map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=1` }] as const);
    return json({ paths: Object.fromEntries(paths) });
  }
  if (path.startsWith('/openapi/v3/')) return described(path.slice('/openapi/v3/'.length), kinds);
  const inVersion = kinds.filter((kind) => `/${rootOf(kind)}` === path);
  return inVersion[0] ? json(resourceList(apiVersionOf(inVersion[0]), inVersion)) : undefined;
}

/** `api/v1`, `apis/apps/v1` */
function rootOf(kind: Kind): string {
  return kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
}

function versionsOf(group: string, kinds: readonly Kind[]): readonly string[] {
  return [...new Set(kinds.filter((kind) => kind.group === group).map(({ version }) => version))];
}

function groupOf(name: string, kinds: readonly Kind[]): object {
  const versions = versionsOf(name, kinds).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function aggregated(groups: readonly string[], kinds: readonly Kind[]): Answer {
  const items = groups.map((group) => ({
    metadata: { name: group, creationTimestamp: null },
    versions: versionsOf(group, kinds).map((version) => ({
      version,
      freshness: 'Current',
      resources: kinds.filter((kind) => kind.group === group && kind.version === version).map(resource),
    })),
  }));
  return {
    type: V2,
    body: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items },
  };
}

function resource(kind: Kind): object {
  const { group, version } = kind;
  return {
    resource: kind.plural,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.kind.toLowerCase(),
    verbs: VERBS,
    shortNames: kind.shortNames ?? [],
    ...(kind.isInAll && { categories: ['all'] }),
    subresources: (kind.subresources ?? []).map((subresource) => ({
      subresource,
      responseKind:
        subresource === 'scale'
          ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
          : { group, version, kind: kind.kind },
      verbs: ['get', 'patch', 'update'],
    })),
  };
}

function resourceList(groupVersion: string, kinds: readonly Kind[]): object {
  const resources = kinds.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.kind.toLowerCase(),
      namespaced: kind.isNamespaced,
      kind: kind.kind,
      verbs: VERBS,
      shortNames: kind.shortNames ?? [],
      ...(kind.isInAll && { categories: ['all'] }),
    },
    ...(kind.subresources ?? []).map((subresource) => ({
      name: `${kind.plural}/${subresource}`,
      singularName: '',
      namespaced: kind.isNamespaced,
      ...(subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind: kind.kind }),
      verbs: ['get', 'patch', 'update'],
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** As much as kubectl reads before it applies: that the server checks fields itself. */
function described(root: string, kinds: readonly Kind[]): Answer | undefined {
  const inVersion = kinds.filter((kind) => rootOf(kind) === root);
  if (inVersion.length === 0) return undefined;
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
  }));
  const paths = inVersion.map((kind) => {
    const { group, version } = kind;
    const path = `/${root}/${kind.isNamespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`;
    const about = { 'x-kubernetes-group-version-kind': { group, version, kind: kind.kind }, parameters };
    const responses = { 200: { description: 'OK' } };
    return [path, { patch: { ...about, 'x-kubernetes-action': 'patch', responses } }] as const;
  });
  return json({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION.gitVersion },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  });
}
