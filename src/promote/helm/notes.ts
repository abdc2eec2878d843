import { onOneLine } from '../env-text.ts';
import { isDaemon } from '../kubernetes/cluster.ts';
import type { KubernetesOutput } from '../kubernetes/index.ts';
import { textAt } from '../kubernetes/rules/data.ts';
import { secretSources } from '../kubernetes/secrets.ts';
import type { NeededValue, SecretSource } from '../kubernetes/secrets.ts';
import type { TextPart } from './hole.ts';
import { codeOf } from './lifted.ts';
import { NAMESPACE, withAddresses } from './release.ts';
import type { Release } from './release.ts';
import type { Setting } from './settings.ts';
import { literal } from './template.ts';

/** NOTES.txt: what whoever installs the chart has to do besides. */
export function notesText(made: KubernetesOutput, settings: readonly Setting[], release: Release): string {
  const sections = [
    [
      `{{ .Chart.Name }} is in the namespace {{ .Release.Namespace }}. Names are those of the stack: one release a namespace.`,
    ],
    secrets(made, settings, release),
    outside(settings, release),
    podSecurity(made),
  ];
  return sections.flatMap((lines) => (lines.length > 0 ? [`${lines.join('\n')}\n`] : [])).join('\n');
}

function secrets(made: KubernetesOutput, settings: readonly Setting[], release: Release): readonly string[] {
  const lines = secretSources(made.cluster, made.needed).flatMap((source) => [
    `  ${commandFor(source, nameOf(source, settings))}`,
    ...contents(source, made.needed, release).map((line) => `      ${line}`),
  ]);
  if (lines.length === 0) return [];
  const known = made.needed.map(({ variable, what, description }) => {
    const about = description ?? (what === 'secret' ? 'a secret' : 'a parameter');
    return `  <${variable}>  ${literal(onOneLine(about))}`;
  });
  return [
    'Secrets it uses, which it does not make. Files for them are best kept out of git; devstack promote --to kubernetes',
    `writes them to deploy/k8s/overlays/production, for the namespace ${made.cluster.namespace}:`,
    '',
    ...lines,
    '',
    'In these files:',
    '',
    ...known,
    '',
    'A password in an address is percent-encoded. Pods do not notice a changed Secret:',
    `  kubectl -n {{ ${NAMESPACE} }} rollout restart ${['deployment', 'statefulset', ...(made.cluster.workloads.some(isDaemon) ? ['daemonset'] : [])].join()}`,
  ];
}

function nameOf({ name }: SecretSource, settings: readonly Setting[]): string {
  const setting = settings.find(({ kind, value }) => kind.startsWith('existingSecret') && value === name);
  return setting ? `{{ ${codeOf('$.Values', setting.path)} }}` : name;
}

function commandFor({ kind, type, files }: SecretSource, name: string): string {
  const from =
    kind === 'env'
      ? files.map(({ path }) => `--from-env-file=${path}`)
      : files.map(({ path, key = '' }) => `--from-file=${literal(`${key}=${path}`)}`);
  return `kubectl -n {{ ${NAMESPACE} }} create secret generic ${name}${type === undefined ? '' : ` --type=${type}`} ${from.join(' ')}`;
}

/** The lines of a file of variables; of a file of another kind the values in it, or all of it. */
function contents({ kind, files }: SecretSource, needed: readonly NeededValue[], release: Release): readonly string[] {
  // A word that stays as it is in an address.
  const marks = new Map(needed.map(({ variable }) => [variable, `open_${variable}_open`]));
  return files.flatMap(({ textOf, key = '' }) => {
    const made = textOf(marks);
    if (made.kind !== 'text') return made.variables.map((name) => `${name}=…`);
    const shown = (words: string): string =>
      codeText(withAddresses(words, release)).replace(
        /open_(\w+?)_open/g,
        (_mark, variable: string) => `<${variable}>`,
      );
    if (kind === 'env') return made.text.trimEnd().split('\n').map(shown);
    const inside = [...marks].filter(([, mark]) => made.text.includes(mark)).map(([variable]) => `<${variable}>`);
    return [`${literal(key)} with ${inside.length > 0 ? inside.join(', ') : shown(made.text)}`];
  });
}

function codeText(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? literal(part) : `{{ ${part.code} }}`)).join('');
}

function outside(settings: readonly Setting[], { chart, doors }: Release): readonly string[] {
  if (doors.length === 0) return [];
  const hasCertificates = settings.some(({ kind }) => kind === 'ingress.tls.secretName');
  return [
    'From outside:',
    ...doors.flatMap(({ service }) => {
      const values = codeOf('$.Values', [service]);
      return [
        `{{- if ${values}.ingress.enabled }}`,
        `  ${service}  {{ include "${chart}.url" ${values} }}`,
        '{{- end }}',
      ];
    }),
    ...(hasCertificates
      ? [
          '',
          'Certificates are in the Secrets of ingress.tls.secretName: cert-manager makes them, or kubectl create secret tls.',
        ]
      : []),
  ];
}

/** The Namespace is not the chart's, and keeps pods from having more rights only if it is told to. */
function podSecurity({ objects }: KubernetesOutput): readonly string[] {
  const standard = textAt(
    objects.find(({ kind }) => kind === 'Namespace'),
    'metadata',
    'labels',
    'pod-security.kubernetes.io/enforce',
  );
  if (standard === undefined) return [];
  return [
    `Its pods keep the standard ${standard}; the namespace refuses others once it is told to:`,
    `  kubectl label namespace {{ ${NAMESPACE} }} pod-security.kubernetes.io/enforce=${standard}`,
  ];
}
