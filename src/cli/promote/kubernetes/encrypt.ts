import { plainManifest } from '../../../promote/kubernetes/secret-modes/encrypted.ts';
import { sealedSecretOf, sealingKey } from '../../../promote/kubernetes/secret-modes/sealed.ts';
import { yamlText } from '../../../promote/kubernetes/yaml.ts';
import { generatedBy } from '../../../promote/tree.ts';
import type { FileTree } from '../../../promote/tree.ts';
import type { Encryption, PendingFile } from './encryption.ts';
import { pendingFiles } from './encryption.ts';
import { encryptBySops } from './sops.ts';
import type { SopsPlace } from './sops.ts';

/** Encrypts what has to be, before anything is written. */
export async function encryptPending(
  encryption: Encryption,
  { command, ...place }: SopsPlace & { readonly command: string },
): Promise<FileTree> {
  const encrypt = encrypterOf(encryption, command, place);
  const texts = new Map<string, string>();
  // One by one: a key may be on a device that asks somebody.
  for (const file of pendingFiles(encryption)) texts.set(file.path, await encrypt(file));
  return texts;
}

type Encrypter = (file: PendingFile) => string | Promise<string>;

function encrypterOf({ mode }: Encryption, command: string, place: SopsPlace): Encrypter {
  switch (mode.kind) {
    case 'sealed-secrets': {
      const found = sealingKey(mode.certificate);
      if (found.kind === 'none') throw new Error(found.reason);
      const head = generatedBy(command, 'Who has the key of the cluster reads what is in it; it is for git.');
      return ({ state }) => yamlText(head, [sealedSecretOf(state.secret, found.key)]);
    }
    case 'sops':
      // Without a word before it, which sops would take for one that nobody encrypted.
      return ({ path, state }) => encryptBySops(yamlText([], [plainManifest(state.secret)]), path, place);
  }
}
