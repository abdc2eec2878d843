import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { hashOf } from '../../contents.ts';
import { generatedBy } from '../../tree.ts';
import type { KubeObject } from '../object.ts';
import { dataAt } from '../rules/data.ts';
import type { PodController, SecretSource } from '../secrets.ts';
import { yamlText } from '../yaml.ts';
import type { EncryptedMode } from './mode.ts';

/** A Secret as it is to be encrypted. */
export interface PlainSecret {
  readonly name: string;
  readonly namespace: string;
  readonly stack: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** Below the folder of the overlay. */
export function encryptedPath({ name }: Pick<SecretSource, 'name'>, mode: EncryptedMode['kind']): string {
  switch (mode) {
    case 'sealed-secrets':
      return `sealed/${name}.yaml`;
    case 'sops':
      // What rules of .sops.yaml usually go by.
      return `sops/${name}.enc.yaml`;
  }
}

/** Encrypting the same again makes another text, so what is there stays as long as this does. For nobody but its owner. */
export function fingerprintOf(secret: PlainSecret, mode: EncryptedMode): string {
  return createHash('sha256')
    .update(JSON.stringify([mode, secret]))
    .digest('hex');
}

/** The object itself, for who encrypts files. */
export function plainManifest({ name, namespace, labels, data, type = 'Opaque' }: PlainSecret): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels },
    type,
    stringData: data,
  };
}

/** What an encrypted file has a value of. */
export function keysOf(text: string): readonly string[] {
  const document: unknown = parse(text);
  return Object.keys({ ...dataAt(document, 'spec', 'encryptedData'), ...dataAt(document, 'stringData') }).toSorted();
}

export interface HashPatch {
  /** Below the folder of the overlay. */
  readonly path: string;
  readonly controller: PodController;
  readonly sources: readonly SecretSource[];
}

/** Pods read variables at their start, and the name of an encrypted Secret stays: what is in it is told to them. */
export function hashPatches(sources: readonly SecretSource[]): readonly HashPatch[] {
  const patches = new Map<string, HashPatch>();
  for (const source of sources) {
    for (const controller of source.controllers) {
      const path = `${controller.name}-secret-hash.yaml`;
      patches.set(path, { path, controller, sources: [...(patches.get(path)?.sources ?? []), source] });
    }
  }
  return [...patches.values()];
}

/** Of what is encrypted, which anybody may see. */
export function hashPatchText(
  { controller: { kind, name } }: HashPatch,
  encrypted: readonly string[],
  { namespace, command }: { readonly namespace: string; readonly command: string },
): string {
  const patch: KubeObject = {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: { template: { metadata: { annotations: { 'devstack.dev/secret-hash': hashOf(encrypted) } } } },
  };
  return yamlText(generatedBy(command, 'It changes with the Secrets of its pods, which begin anew then.'), [patch]);
}
