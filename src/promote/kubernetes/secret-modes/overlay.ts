import type { FileTree } from '../../tree.ts';
import type { Cluster } from '../cluster.ts';
import { openText } from '../environment.ts';
import type { KubeObject } from '../object.ts';
import type { NeededValue, SecretSource } from '../secrets.ts';
import { encryptedPath, hashPatches } from './encrypted.ts';
import { externalSecretOf, storeEntry } from './external.ts';
import { SCRIPT, secretsScript } from './kubectl.ts';
import type { SecretMode } from './mode.ts';

/** What an overlay has of Secrets, besides files that are not for git. */
export interface OverlaySecrets {
  /** Fields of its kustomization. */
  readonly generator: Readonly<Record<string, unknown>>;
  /** Further patches of its kustomization. */
  readonly patches: readonly unknown[];
  /** By their file, below its folder. */
  readonly objects: ReadonlyMap<string, readonly KubeObject[]>;
  /** Further files of its kustomization, which others write. */
  readonly resources?: readonly string[];
  /** Further files of it. */
  readonly texts?: FileTree;
}

export interface OverlayParts {
  readonly overlay: string;
  readonly cluster: Cluster;
  readonly sources: readonly SecretSource[];
  readonly needed: readonly NeededValue[];
  readonly head: readonly string[];
}

export function overlaySecrets(mode: SecretMode, parts: OverlayParts): OverlaySecrets {
  const { overlay, cluster, sources, needed, head } = parts;
  if (sources.length === 0) return { generator: {}, patches: [], objects: new Map() };
  switch (mode.kind) {
    case 'plain':
      return { generator: generatorFields(sources, cluster.stack), patches: [], objects: new Map() };
    case 'sealed-secrets':
    case 'sops':
      return {
        generator: {},
        patches: hashPatches(sources).map(({ path }) => ({ path })),
        objects: new Map(),
        resources: sources.map((source) => encryptedPath(source, mode.kind)),
      };
    case 'kubectl': {
      const script = secretsScript(sources, { head, namespace: cluster.namespace });
      return { generator: {}, patches: [], objects: new Map(), texts: new Map([[SCRIPT, script]]) };
    }
    case 'external-secrets': {
      const entry = storeEntry(cluster.stack, overlay);
      // What only sounds secret is in no store, and the operator makes no Secret of nothing.
      const isAsked = ({ variables }: SecretSource) => variables.length > 0;
      const asked = sources.filter(isAsked);
      const objects = asked.map((source) => externalSecretOf(source, { cluster, needed, store: mode.store, entry }));
      return {
        generator: literalFields(
          sources.filter((source) => !isAsked(source)),
          cluster,
        ),
        patches: asked.length > 0 ? reloaded(asked) : [],
        objects: asked.length > 0 ? new Map([['external-secrets.yaml', objects]]) : new Map(),
      };
    }
  }
}

/** What kustomize makes Secrets of. Their names change with their values, and so do the pods. */
function generatorFields(sources: readonly SecretSource[], stack: string): Record<string, unknown> {
  return generatorOf(
    sources.map(({ name, kind, type, files, isFixed }) => ({
      name,
      ...(type !== undefined && { type }),
      ...(kind === 'env'
        ? { envs: files.map(({ path }) => path) }
        : { files: files.map(({ path, key }) => `${key}=${path}`) }),
      ...(isFixed && { options: { disableNameSuffixHash: true } }),
    })),
    stack,
  );
}

/** The same of what may stand in a file for git. */
function literalFields(sources: readonly SecretSource[], { params, stack }: Cluster): Record<string, unknown> {
  if (sources.length === 0) return {};
  const textOf = ({ content }: SecretSource['entries'][number]) =>
    content.map((one) => (typeof one === 'string' ? one : (openText(one.value, params) ?? ''))).join('');
  return generatorOf(
    sources.map(({ name, type, entries, isFixed }) => ({
      name,
      ...(type !== undefined && { type }),
      literals: entries.map((entry) => `${entry.key}=${textOf(entry)}`),
      ...(isFixed && { options: { disableNameSuffixHash: true } }),
    })),
    stack,
  );
}

function generatorOf(secretGenerator: readonly unknown[], stack: string): Record<string, unknown> {
  const labels = { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'devstack' };
  return { generatorOptions: { labels }, secretGenerator };
}

/** Who changes a value elsewhere tells nobody here: Reloader (github.com/stakater/Reloader) sees it and begins pods anew. */
function reloaded(sources: readonly SecretSource[]): readonly unknown[] {
  const kinds = new Set([
    'Deployment',
    'StatefulSet',
    ...sources.flatMap(({ controllers }) => controllers.map(({ kind }) => kind)),
  ]);
  return [...kinds].map((kind) => ({
    target: { kind },
    patch: `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: every\n  annotations:\n    reloader.stakater.com/auto: "true"\n`,
  }));
}
