import { hashOf } from '../contents.ts';
import { TAG } from '../kubernetes/container.ts';
import type { ServiceObjects } from '../kubernetes/index.ts';
import { codeOf } from './lifted.ts';
import { isNamedByHash } from './release.ts';
import type { Release } from './release.ts';

/** Chart.yaml as data. Whoever packages it gives it versions: `helm package --version … --app-version …`. */
export function chartOf(stack: string): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'v2',
    name: stack,
    description: `The stack ${stack}`,
    type: 'application',
    version: '0.1.0',
    appVersion: TAG,
    kubeVersion: '>=1.30.0-0',
  };
}

/** What is no part of a package. */
export const IGNORED = '.generated.json\n/secrets/\n*.env\n.git/\n.DS_Store\n*.tgz\n*.orig\n*.swp\n*~\n';

/** What several templates say alike. */
export function helpersOf(services: readonly ServiceObjects[], release: Release): string {
  const { chart, doors } = release;
  const helpers = [
    `{{- /* The name of an image: of the registry that is set for all, if one is. */ -}}
{{- define "${chart}.image" -}}
{{- with .global.imageRegistry | default .image.registry }}{{ . }}/{{ end }}
{{- .image.repository }}
{{- with .image.tag | default .tag }}:{{ . }}{{ end }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}
`,
  ];
  if (doors.length > 0)
    helpers.push(`{{- /* Where a service is reached from outside. */ -}}
{{- define "${chart}.url" -}}
http{{ if .ingress.tls.enabled }}s{{ end }}://{{ .ingress.host }}
{{- end }}
`);
  const tasks = services.filter(({ workload }) => isNamedByHash(workload));
  for (const { workload, objects } of tasks) {
    const { name } = workload;
    const texts = JSON.stringify(objects);
    const own = doors.filter(({ host }) => texts.includes(host)).map(({ service }) => service);
    const given = [name, 'global', ...own].map(
      (one) => codeOf('.Values', [one]) + (own.includes(one) ? '.ingress' : ''),
    );
    helpers.push(`{{- /* A Job cannot be changed: one that is another has another name. */ -}}
{{- define "${chart}.${name}" -}}
${name}-{{ list "${hashOf(objects).slice(0, 8)}" ${given.join(' ')} .Chart.AppVersion .Release.Namespace | toJson | sha256sum | trunc 8 }}
{{- end }}
`);
  }
  return helpers.join('\n');
}
