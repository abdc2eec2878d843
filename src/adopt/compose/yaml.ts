import { parseDocument, visit } from 'yaml';
import { FailureError } from '../../core/failure.ts';
import { mapOf, RESET, type Raw } from './raw.ts';

/** A YAML file that is a mapping, with anchors and merge keys. */
export function parsed(file: string, text: string): Raw {
  const document = parseDocument(text, { merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error)
    throw new FailureError({ code: 'source-unreadable', file, reason: error.message.split('\n')[0] ?? 'no YAML' });
  // Compose takes a value away with this tag.
  visit(document, {
    Scalar: (_key, scalar) => {
      if (scalar.tag === '!reset') scalar.value = RESET;
    },
  });
  let content: unknown;
  try {
    // Each merge of a common block counts: a file of fifty services has some thousand.
    content = document.toJS({ maxAliasCount: 100_000 });
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    throw new FailureError({ code: 'source-unreadable', file, reason }, problem);
  }
  return mapOf(content);
}
