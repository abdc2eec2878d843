import { sealedSecretOf, sealingKey } from '../../../promote/kubernetes/secret-modes/sealed.ts';
import { yamlText } from '../../../promote/kubernetes/yaml.ts';
import { generatedBy } from '../../../promote/tree.ts';
import type { FileTree } from '../../../promote/tree.ts';
import type { Encryption } from './encryption.ts';
import { pendingFiles } from './encryption.ts';

/** Encrypts what has to be, before anything is written. */
export function encryptPending(encryption: Encryption, { command }: { readonly command: string }): FileTree {
  const { mode } = encryption;
  const pending = pendingFiles(encryption);
  const head = generatedBy(command, 'Who has the key of the cluster reads what is in it; it is for git.');
  switch (mode.kind) {
    case 'sealed-secrets': {
      const found = sealingKey(mode.certificate);
      if (found.kind === 'none') throw new Error(found.reason);
      return new Map(
        pending.map(({ path, state }) => [path, yamlText(head, [sealedSecretOf(state.secret, found.key)])] as const),
      );
    }
  }
}
