import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { counted } from '../../../output/counted.ts';
import { VALUES } from '../../../promote/kubernetes/index.ts';
import { storeEntry } from '../../../promote/kubernetes/secret-modes/external.ts';
import { SCRIPT } from '../../../promote/kubernetes/secret-modes/kubectl.ts';
import type { SecretStoreRef } from '../../../core/secret-mode.ts';
import type { FileTree } from '../../../promote/tree.ts';
import { compareTree, writeTree } from '../../../promote/write.ts';
import type { FileChange, GeneratedFolder } from '../../../promote/write.ts';
import { loadShared } from '../../connect.ts';
import { EXIT, type Context } from '../../context.ts';
import { changesOfDelivery, deliveryOf, refuseDelivery, tellDelivery, writeDelivery } from '../delivery/deliver.ts';
import { trackedFiles } from '../git.ts';
import { tellSeen } from '../observed.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes, showDiff, showExplanations, tellChange, tellNotes } from '../report.ts';
import { writeSecretly } from '../values-file.ts';
import { encryptPending } from './encrypt.ts';
import { encryptedTree, pendingFiles, recordEncrypted } from './encryption.ts';
import type { RenderedOverlay } from './overlay.ts';
import { COMMAND, renderForKubernetes } from './render.ts';
import type { Rendered } from './render.ts';
import { secretModeOf } from './secret-mode.ts';
import type { SopsPlace } from './sops.ts';

/** A kustomize base, and an overlay for each place it runs in. */
export async function promoteToKubernetes(context: Context, options: PromoteOptions): Promise<number> {
  refuseUnbuilt(options);
  const loaded = await loadShared(context, options);
  const { root } = loaded.stack;
  const { output, monitoring, resources } = options;
  const secrets = secretModeOf(loaded.stack, options, { cwd: context.cwd, now: new Date() });
  const rendered = renderForKubernetes(loaded, {
    env: context.env,
    secrets,
    ...(output !== undefined && { output }),
    ...(monitoring && { monitoring }),
    ...(resources && { resources }),
  });
  const { notes } = rendered;
  if (options.strict) refuseNotes(notes);
  if (options.check) {
    context.print(`${counted(rendered.objects.length, 'object')}, ${counted(notes.length, 'note')}`);
    return EXIT.ok;
  }
  if (options.explain) return showExplanations(context, rendered.explanations);
  if (options.stdout) {
    const documents = [...rendered.tree]
      .filter(([name]) => /\/base\/(?!kustomization)/.test(name))
      .map(([, text]) => text);
    context.print(documents.join('---\n').trimEnd());
    return EXIT.ok;
  }
  const delivery = await deliveryOf(loaded.stack, rendered, { ...options, secrets: secrets.kind });
  const delivered = changesOfDelivery(root, delivery);
  if (options.diff) return showDiff(context, [...changesOf(root, rendered, unmade(rendered)).all, ...delivered]);
  refuseDelivery(delivered);
  const all = await writeKubernetes(context, root, rendered);
  writeDelivery(root, delivery);
  tellWritten(context, [...all, ...delivered], rendered);
  tellDelivery(context, delivery);
  tellSeen(context, rendered.seen, resources);
  return EXIT.ok;
}

interface Changes {
  readonly all: readonly FileChange[];
  readonly wanted: FileTree;
  readonly tree: readonly FileChange[];
  readonly generated: GeneratedFolder;
}

function changesOf(root: string, rendered: Rendered, made: FileTree): Changes {
  const generated = { root, record: `${rendered.folder}/.generated.json` };
  const wanted = new Map([...rendered.tree, ...encryptedOf(rendered, made)]);
  const tree = compareTree(wanted, generated);
  return {
    wanted,
    tree,
    generated,
    all: [...tree, ...rendered.overlays.flatMap((overlay) => overlayChanges(root, overlay))],
  };
}

/** Writes what is another than it was, unless somebody changed it by hand, or git would get to see a secret. */
export async function writeKubernetes(
  { env }: Pick<Context, 'env'>,
  root: string,
  rendered: Rendered,
): Promise<readonly FileChange[]> {
  const { folder, overlays } = rendered;
  const changes = changesOf(root, rendered, await encryptedNow(rendered, { root, env }));
  const edited = changes.all.filter(({ isForeign }) => isForeign).map((change) => change.path);
  const override = `a kustomization of your own that has ${folder}/overlays/production among its resources`;
  if (edited.length > 0) throw new FailureError({ code: 'file-edited', files: edited, override });
  await refuseTracked(root, rendered);
  writeTree(changes.wanted, changes.tree, changes.generated);
  for (const overlay of overlays) writeOverlay(root, overlay, changes.wanted);
  return changes.all;
}

/** What is encrypted only when it is written differs from what is there, whatever it will be. */
function unmade({ overlays }: Rendered): FileTree {
  const pending = overlays.flatMap(({ encryption }) => (encryption ? pendingFiles(encryption) : []));
  return new Map(pending.map(({ path: file }) => [file, '']));
}

async function encryptedNow({ overlays }: Rendered, place: SopsPlace): Promise<FileTree> {
  const made = new Map<string, string>();
  for (const { encryption } of overlays)
    if (encryption)
      for (const [file, text] of await encryptPending(encryption, { ...place, command: COMMAND })) made.set(file, text);
  return made;
}

function encryptedOf({ overlays }: Rendered, made: FileTree): FileTree {
  return new Map(overlays.flatMap(({ encryption }) => (encryption ? [...encryptedTree(encryption, made)] : [])));
}

const INSTEAD = {
  up: 'bring it up with kubectl apply -k deploy/k8s/overlays/<overlay>',
  down: 'take it down with kubectl delete -k deploy/k8s/overlays/<overlay>',
  only: 'leave it out: a kustomization of your own can name the files it wants',
} as const;

/** Of another target. */
function refuseUnbuilt(options: PromoteOptions): void {
  for (const flag of ['up', 'down', 'only'] as const) {
    if (options[flag] === undefined || options[flag] === false) continue;
    const message = `--${flag} is for --to compose; with --to kubernetes ${INSTEAD[flag]}`;
    throw new FailureError({ code: 'usage', message });
  }
}

/** Secrets in the history of a repository are there for good. */
async function refuseTracked(root: string, { overlays }: Rendered): Promise<void> {
  const places = overlays.flatMap(({ values, secretsFolder }) => [...(values ? [values.path] : []), secretsFolder]);
  const tracked = await trackedFiles(root, places);
  if (tracked.length === 0) return;
  const message = `${tracked.join(', ')}: git has it, and secrets would be written there. Take it out first: git rm --cached ${tracked.join(' ')}`;
  throw new FailureError({ code: 'usage', message });
}

/** The file of values is a person's, too: what is set there stays, and is in the text. */
function overlayChanges(root: string, overlay: RenderedOverlay): readonly FileChange[] {
  const { values, secrets, missing } = overlay;
  const own = values ? [changeOf(values.path, textOf(path.join(root, values.path)), values.text)] : [];
  return missing.length > 0 ? own : [...own, ...compareTree(secrets, secretsOf(root, overlay))];
}

function changeOf(name: string, now: string | undefined, text: string): FileChange {
  return { path: name, kind: now === undefined ? 'new' : now === text ? 'same' : 'changed', isForeign: false };
}

function secretsOf(root: string, { secretsFolder }: RenderedOverlay): GeneratedFolder {
  return { root, record: `${secretsFolder}/.generated.json`, isPrivate: true };
}

function writeOverlay(root: string, overlay: RenderedOverlay, tree: FileTree): void {
  const { values, secrets, missing, encryption } = overlay;
  if (encryption) recordEncrypted(root, overlay.folder, encryption, tree);
  if (values) writeSecretly(path.join(root, values.path), values.text);
  const own = secretsOf(root, overlay);
  const changes = compareTree(secrets, own);
  if (missing.length === 0 && changes.length > 0) writeTree(secrets, changes, own);
}

function tellWritten(context: Context, changes: readonly FileChange[], rendered: Rendered): void {
  const { notes, overlays, summary, unlocked } = rendered;
  const same = changes.filter(({ kind }) => kind === 'same').length;
  for (const change of changes) if (change.kind !== 'same') tellChange(context, change);
  if (same > 0) context.say(`  as before  ${counted(same, 'file')}`);
  tellNotes(context, notes, unlocked);
  for (const line of summary) context.say(line);
  for (const overlay of overlays) tellSecrets(context, overlay, rendered);
  context.say(
    'Next, on this machine: devstack promote --to kind. Elsewhere: devstack build --push, and this command with --apply --context NAME',
  );
}

/** What somebody has to do so that a cluster gets them. */
function tellSecrets(context: Context, overlay: RenderedOverlay, rendered: Rendered): void {
  const { name, folder, mode, missing, encryption } = overlay;
  if (mode.kind === 'external-secrets') tellStore(context, name, mode.store, rendered);
  else if (encryption?.isElsewhere) tellElsewhere(context, folder, missing);
  else if (missing.length > 0) {
    context.say(`${folder}/${VALUES} needs values for: ${missing.join(', ')}`);
    context.say(`  for example: devstack secret set ${missing[0] ?? ''} --target kubernetes`);
  } else if (mode.kind === 'kubectl' && overlay.values)
    context.say(`Secrets of ${name} are made by: sh ${folder}/${SCRIPT} --context <context>`);
}

function tellElsewhere(context: Context, below: string, missing: readonly string[]): void {
  const what =
    missing.length > 0
      ? `; for what is new here it is needed: ${missing.join(', ')}`
      : ', so what is encrypted there stays';
  context.say(`${below}/${VALUES} is on another machine${what}`);
}

/** Nobody here has the values, so what they are called there is said. */
function tellStore(context: Context, overlay: string, store: SecretStoreRef, { needed, stack }: Rendered): void {
  if (needed.length === 0) return;
  const names = needed.map(({ variable }) => variable).join(', ');
  context.say(`The ${store.kind} ${store.name} is asked for ${storeEntry(stack, overlay)}, with: ${names}`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
