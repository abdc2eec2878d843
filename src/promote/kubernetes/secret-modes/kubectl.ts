import type { SecretSource } from '../secrets.ts';

export const SCRIPT = 'create-secrets.sh';

/**
 * Makes the Secrets of an overlay of its files. Values are in these only: an argument is for everybody to read, and what
 * kubectl applies by itself it keeps in an annotation.
 */
export function secretsScript(
  sources: readonly SecretSource[],
  { head, namespace }: { readonly head: readonly string[]; readonly namespace: string },
): string {
  return [
    '#!/bin/sh',
    ...head.map((line) => `# ${line}`),
    '# It makes Secrets of secrets/, which git does not see. Arguments are those of kubectl: --context production, say.',
    'set -eu',
    'cd "$(dirname "$0")"',
    `kubectl "$@" get namespace ${namespace} >/dev/null 2>&1 || kubectl "$@" create namespace ${namespace}`,
    'restart=',
    'version() {',
    '  name=$1',
    '  shift',
    `  kubectl "$@" -n ${namespace} get secret "$name" --ignore-not-found -o 'jsonpath={.metadata.resourceVersion}'`,
    '}',
    'renew() {',
    '  for pods; do',
    '    case "$restart " in *" $pods "*) ;; *) restart="$restart $pods" ;; esac',
    '  done',
    '}',
    ...sources.flatMap((source) => secretLines(source, namespace)),
    '',
    '# Variables are read at the start of a pod.',
    `[ -z "$restart" ] || kubectl "$@" -n ${namespace} rollout restart $restart`,
    '',
  ].join('\n');
}

function secretLines({ name, kind, type, files, controllers }: SecretSource, namespace: string): readonly string[] {
  const from = files.map(({ path, key }) =>
    kind === 'env' ? `--from-env-file=${path}` : `--from-file=${key}=${path}`,
  );
  const ofType = type === undefined ? '' : ` --type=${type}`;
  const create = `kubectl create secret generic ${name}${ofType} -n ${namespace} ${from.join(' ')} --dry-run=client -o yaml`;
  const apply = `kubectl "$@" apply -n ${namespace} --server-side --field-manager=devstack --force-conflicts -f -`;
  if (controllers.length === 0) return ['', `${create} |`, `  ${apply}`];
  const pods = controllers.map((one) => `${one.kind.toLowerCase()}/${one.name}`).join(' ');
  return [
    '',
    `before=$(version ${name} "$@")`,
    `${create} |`,
    `  ${apply}`,
    `[ -z "$before" ] || [ "$before" = "$(version ${name} "$@")" ] || renew ${pods}`,
  ];
}
