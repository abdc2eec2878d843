import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import type { KubernetesOutput } from '../../../promote/kubernetes/index.ts';
import {
  encryptedPath,
  fingerprintOf,
  hashPatches,
  hashPatchText,
  keysOf,
} from '../../../promote/kubernetes/secret-modes/encrypted.ts';
import type { PlainSecret } from '../../../promote/kubernetes/secret-modes/encrypted.ts';
import type { EncryptedMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import type { FileTree } from '../../../promote/tree.ts';
import { isRecord, readJson } from '../../../project/file.ts';
import { writeSecretly } from '../values-file.ts';

/** Secrets of an overlay as encrypted files. */
export interface Encryption {
  readonly mode: EncryptedMode;
  readonly files: readonly EncryptedFile[];
  /** Values that are needed for it, and are not here. */
  readonly missing: readonly string[];
  /** The values are not on this machine, and what they were encrypted to is. */
  readonly isElsewhere: boolean;
  /** Given the encrypted texts by path: what tells pods of them. */
  patchesOf(texts: FileTree): FileTree;
}

export interface EncryptedFile {
  /** Below the root. */
  readonly path: string;
  readonly state:
    | { readonly kind: 'kept'; readonly text: string }
    | { readonly kind: 'pending'; readonly secret: PlainSecret }
    /** A value of it is missing. */
    | { readonly kind: 'none' };
  /** Of what is in it, where that is known here. */
  readonly fingerprint?: string;
}

export type PendingFile = EncryptedFile & { readonly state: { readonly kind: 'pending' } };

export interface EncryptionParts {
  readonly root: string;
  readonly stack: string;
  readonly command: string;
  readonly values: ReadonlyMap<string, string>;
  readonly isElsewhere: boolean;
}

type Overlay = KubernetesOutput['overlays'][number];

export function hasEncrypted({ folder, sources }: Overlay, mode: EncryptedMode, root: string): boolean {
  return sources.some((source) => textOf(path.join(root, folder, encryptedPath(source, mode.kind))) !== undefined);
}

/** What is there stays as long as it is of the same values: encrypting them again makes another text. */
export function planEncryption(overlay: Overlay, mode: EncryptedMode, parts: EncryptionParts): Encryption {
  const { folder, sources } = overlay;
  const { root, stack, command, values, isElsewhere } = parts;
  const namespace = namespaceOf(stack);
  const record = readRecord(path.join(root, recordOf(folder)));
  const missing = new Set<string>();
  const pathOf = (source: Overlay['sources'][number]) => `${folder}/${encryptedPath(source, mode.kind)}`;
  const files = sources.map((source): EncryptedFile => {
    const file = pathOf(source);
    const now = textOf(path.join(root, file));
    const kept = now === undefined ? ({ kind: 'none' } as const) : ({ kind: 'kept', text: now } as const);
    const unknown = source.variables.filter((variable) => (values.get(variable) ?? '') === '');
    const hasAll = now !== undefined && isDeepStrictEqual(keysOf(now), source.entries.map(({ key }) => key).toSorted());
    if (isElsewhere && hasAll) return { path: file, state: kept };
    for (const variable of unknown) missing.add(variable);
    if (unknown.length > 0) return { path: file, state: kept };
    const { name, labels, type } = source;
    const secret: PlainSecret = {
      name,
      namespace,
      stack,
      labels,
      data: source.dataOf(values),
      ...(type !== undefined && { type }),
    };
    const fingerprint = fingerprintOf(secret, mode);
    const last = record[file];
    const isSame = now !== undefined && last?.of === fingerprint && last.is === hashOf(now);
    return { path: file, fingerprint, state: isSame ? kept : { kind: 'pending', secret } };
  });
  const patchesOf = (texts: FileTree): FileTree =>
    new Map(
      hashPatches(sources).flatMap((patch) => {
        const encrypted = patch.sources.flatMap((source) => texts.get(pathOf(source)) ?? []);
        if (encrypted.length < patch.sources.length) return [];
        return [[`${folder}/${patch.path}`, hashPatchText(patch, encrypted, { namespace, command })] as const];
      }),
    );
  return { mode, files, missing: [...missing], isElsewhere, patchesOf };
}

/** Everything of it that is for git, with the texts of what is encrypted only now. */
export function encryptedTree({ files, patchesOf }: Encryption, made: FileTree): FileTree {
  const texts = new Map(
    files.flatMap(({ path: file, state }) => {
      const text = state.kind === 'kept' ? state.text : made.get(file);
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
  return new Map([...texts, ...patchesOf(texts)]);
}

export function pendingFiles({ files }: Encryption): readonly PendingFile[] {
  return files.filter((file): file is PendingFile => file.state.kind === 'pending');
}

/** Which values the encrypted files are of, beside those values and for the same eyes. */
export function recordEncrypted(root: string, folder: string, { files }: Encryption, tree: FileTree): void {
  const entries = files.flatMap(({ path: file, fingerprint }) => {
    const text = tree.get(file);
    return fingerprint === undefined || text === undefined ? [] : [[file, { of: fingerprint, is: hashOf(text) }]];
  });
  if (entries.length === 0) return;
  writeSecretly(path.join(root, recordOf(folder)), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}

function recordOf(folder: string): string {
  return `${folder}/secrets/.encrypted.json`;
}

function readRecord(file: string): Readonly<Record<string, { readonly of: unknown; readonly is: unknown }>> {
  const value = readJson(file);
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (isRecord(one) ? [[name, { of: one['of'], is: one['is'] }]] : [])),
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
