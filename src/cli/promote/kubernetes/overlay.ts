import { existsSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { envFileText } from '../../../promote/env-text.ts';
import { VALUES } from '../../../promote/kubernetes/index.ts';
import type { KubernetesOutput } from '../../../promote/kubernetes/index.ts';
import { isEncrypted } from '../../../promote/kubernetes/secret-modes/mode.ts';
import type { SecretMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import { fillNeeded } from '../../../promote/kubernetes/secrets.ts';
import type { FileTree } from '../../../promote/tree.ts';
import { randomText } from '../../../project/secrets.ts';
import { readValues } from '../values-file.ts';
import { hasEncrypted, planEncryption } from './encryption.ts';
import type { Encryption } from './encryption.ts';

export interface RenderedOverlay {
  readonly name: string;
  /** Below the root. */
  readonly folder: string;
  readonly mode: SecretMode;
  /** The file of values; undefined where nothing needs one. */
  readonly values?: { readonly path: string; readonly text: string };
  /** Made of it, for this machine only; none as long as a value is missing. */
  readonly secrets: FileTree;
  /** Where they are, below the root. */
  readonly secretsFolder: string;
  readonly missing: readonly string[];
  readonly doors: Overlay['doors'];
  /** Of the values, for everybody. */
  readonly encryption?: Encryption;
}

export interface OverlayParts {
  readonly root: string;
  readonly stack: string;
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly needed: KubernetesOutput['needed'];
  /** What was set for this target, by the name of the config. */
  readonly given: Readonly<Record<string, string>>;
}

type Overlay = KubernetesOutput['overlays'][number];

const TITLE = 'Values of secrets of this overlay. Not for git.';

export function renderOverlay(overlay: Overlay, parts: OverlayParts): RenderedOverlay {
  const { name, folder, mode } = overlay;
  const { root, command, env, needed, given } = parts;
  const common = {
    name,
    folder,
    mode,
    doors: overlay.doors,
    secrets: new Map<string, string>(),
    secretsFolder: `${folder}/secrets`,
  };
  if (mode.kind === 'external-secrets') return { ...common, missing: [] };
  const file = `${folder}/${VALUES}`;
  const known = readValues(path.join(root, file), TITLE, env) ?? {};
  // Who has the encrypted files and not the values must not make up others: those of the cluster are the ones inside.
  const isElsewhere = isEncrypted(mode) && !existsSync(path.join(root, file)) && hasEncrypted(overlay, mode, root);
  const filled = fillNeeded(needed, { known, given, makeUp: isElsewhere ? () => '' : randomText });
  const { values } = filled;
  const encryption = isEncrypted(mode) ? planEncryption(overlay, mode, { ...parts, values, isElsewhere }) : undefined;
  if (isElsewhere) return { ...common, missing: encryption?.missing ?? [], ...(encryption && { encryption }) };
  const rest = Object.entries(known).filter(([variable]) => !values.has(variable));
  const all = new Map([...values, ...rest]);
  const head = [TITLE, `Written by \`${command}\`, which makes Secrets of it; what is set here stays.`];
  return {
    ...common,
    ...(all.size > 0 && { values: { path: file, text: envFileText(head, all) } }),
    secrets: filled.missing.length > 0 || encryption ? common.secrets : secretFiles(overlay, values),
    missing: filled.missing,
    ...(encryption && { encryption }),
  };
}

function secretFiles({ folder, sources }: Overlay, values: ReadonlyMap<string, string>): FileTree {
  return new Map(
    sources
      .flatMap(({ files }) => files)
      .map(({ path: file, textOf }) => {
        const made = textOf(values);
        if (made.kind === 'text') return [`${folder}/${file}`, made.text] as const;
        const message = `${made.variables.join(', ')} of ${file} would have a line break in it, which a variable of a Secret made of lines cannot have. Hand it over in a file: files of the service.`;
        throw new FailureError({ code: 'config-invalid', problems: [{ code: 'line-break', message }] });
      }),
  );
}
