import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { counted } from '../../../output/counted.ts';
import { compareTree, writeTree } from '../../../promote/write.ts';
import type { FileChange, GeneratedFolder } from '../../../promote/write.ts';
import { loadFor } from '../../connect.ts';
import { EXIT, type Context } from '../../context.ts';
import { changesOfDelivery, deliveryOf, refuseDelivery, tellDelivery, writeDelivery } from '../delivery/deliver.ts';
import { trackedFiles } from '../git.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes, showDiff, showExplanations, tellChange, tellNotes } from '../report.ts';
import { writeSecretly } from '../values-file.ts';
import { renderForKubernetes } from './render.ts';
import type { Rendered, RenderedOverlay } from './render.ts';

/** A kustomize base, and an overlay for each place it runs in. */
export async function promoteToKubernetes(context: Context, options: PromoteOptions): Promise<number> {
  refuseUnbuilt(options);
  const loaded = await loadFor(context, options);
  const { root } = loaded.stack;
  const { output, monitoring } = options;
  const rendered = renderForKubernetes(loaded, {
    env: context.env,
    ...(output !== undefined && { output }),
    ...(monitoring && { monitoring }),
  });
  const { notes, tree } = rendered;
  if (options.strict) refuseNotes(notes);
  if (options.check) {
    context.print(`${counted(rendered.objects.length, 'object')}, ${counted(notes.length, 'note')}`);
    return EXIT.ok;
  }
  if (options.explain) return showExplanations(context, rendered.explanations);
  if (options.stdout) {
    const documents = [...tree].filter(([name]) => /\/base\/(?!kustomization)/.test(name)).map(([, text]) => text);
    context.print(documents.join('---\n').trimEnd());
    return EXIT.ok;
  }
  const delivery = await deliveryOf(loaded.stack, rendered, options);
  const delivered = changesOfDelivery(root, delivery);
  if (options.diff) return showDiff(context, [...changesOf(root, rendered).all, ...delivered]);
  refuseDelivery(delivered);
  const all = await writeKubernetes(root, rendered);
  writeDelivery(root, delivery);
  tellWritten(context, [...all, ...delivered], rendered);
  tellDelivery(context, delivery);
  return EXIT.ok;
}

interface Changes {
  readonly all: readonly FileChange[];
  readonly tree: readonly FileChange[];
  readonly generated: GeneratedFolder;
}

function changesOf(root: string, { tree, folder, overlays }: Rendered): Changes {
  const generated = { root, record: `${folder}/.generated.json` };
  const changes = compareTree(tree, generated);
  return {
    tree: changes,
    generated,
    all: [...changes, ...overlays.flatMap((overlay) => overlayChanges(root, overlay))],
  };
}

/** Writes what is another than it was, unless somebody changed it by hand, or git would get to see a secret. */
export async function writeKubernetes(root: string, rendered: Rendered): Promise<readonly FileChange[]> {
  const { folder, tree, overlays } = rendered;
  const changes = changesOf(root, rendered);
  const edited = changes.all.filter(({ isForeign }) => isForeign).map((change) => change.path);
  const override = `a kustomization of your own that has ${folder}/overlays/production among its resources`;
  if (edited.length > 0) throw new FailureError({ code: 'file-edited', files: edited, override });
  await refuseTracked(root, rendered);
  writeTree(tree, changes.tree, changes.generated);
  for (const overlay of overlays) writeOverlay(root, overlay);
  return changes.all;
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

function writeOverlay(root: string, overlay: RenderedOverlay): void {
  const { values, secrets, missing } = overlay;
  if (values) writeSecretly(path.join(root, values.path), values.text);
  const own = secretsOf(root, overlay);
  const changes = compareTree(secrets, own);
  if (missing.length === 0 && changes.length > 0) writeTree(secrets, changes, own);
}

function tellWritten(context: Context, changes: readonly FileChange[], rendered: Rendered): void {
  const { folder, notes, overlays, unlocked } = rendered;
  const same = changes.filter(({ kind }) => kind === 'same').length;
  for (const change of changes) if (change.kind !== 'same') tellChange(context, change);
  if (same > 0) context.say(`  as before  ${counted(same, 'file')}`);
  tellNotes(context, notes, unlocked);
  for (const { name, values, missing } of overlays) {
    if (missing.length === 0) continue;
    context.say(`${values?.path ?? name} needs values for: ${missing.join(', ')}`);
    context.say(`  for example: devstack secret set ${missing[0] ?? ''} --target kubernetes`);
  }
  context.say(
    `Next: devstack build --tag dev, and once the cluster has these: kubectl apply -k ${folder}/overlays/kind`,
  );
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
