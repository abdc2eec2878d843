import type { ConfigProblem } from '../../core/failure.ts';
import { imageName } from '../kubernetes/container.ts';
import type { KubernetesOutput, ServiceObjects } from '../kubernetes/index.ts';
import { byFile } from '../kubernetes/objects.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import type { FileTree } from '../tree.ts';
import { generatedBy } from '../tree.ts';
import { chartOf, helpersOf, IGNORED } from './chart.ts';
import { edited, mapTexts } from './hole.ts';
import { codeOf, serviceValues } from './lifted.ts';
import type { Lifted } from './lifted.ts';
import { notesText } from './notes.ts';
import { liftObject } from './objects.ts';
import { ofRelease, releaseOf } from './release.ts';
import { inOrder, legendOf, schemaOf, valuesOf } from './settings.ts';
import type { Setting } from './settings.ts';
import { templateText } from './template.ts';

export interface HelmOptions {
  /** Of the chart, below the root of the project: `deploy/helm/shop`. */
  readonly folder: string;
  readonly command: string;
}

export interface HelmOutput {
  readonly tree: FileTree;
  readonly problems: readonly ConfigProblem[];
}

/** A chart of the same objects: what it makes unless a value says otherwise is the base. */
export function renderHelm(made: KubernetesOutput, { folder, command }: HelmOptions): HelmOutput {
  const { cluster } = made;
  const { stack } = cluster;
  const services = made.services.map((service) => ({ ...service, lifted: liftService(service, made) }));
  const settings = [
    ...GLOBAL,
    ...services.flatMap(({ lifted }) => inOrder([...lifted.values()].flatMap((one) => one.settings))),
  ];
  const hosts = settings.filter(({ kind }) => kind === 'ingress.host').flatMap(({ path: [service = ''] }) => service);
  const release = releaseOf(cluster, new Set(hosts));
  const head = generatedBy(command, 'What is to be different goes into a file of values of your own.');
  const templates = services.flatMap(({ workload, objects, lifted }) =>
    [...byFile(objects)].map(([file, each]) => {
      const made = each.map((object) => {
        const { edits = [], condition } = lifted.get(object) ?? {};
        const open = mapTexts(edited<unknown>(object, edits), (words, key) => ofRelease(words, key, release));
        return { object: open, ...(condition !== undefined && { condition }) };
      });
      return [
        `templates/${workload.name}/${file}`,
        templateText(head, codeOf('.Values', [workload.name]), made),
      ] as const;
    }),
  );
  const files = [
    ['Chart.yaml', yamlText(head, [chartOf(stack)])],
    ['values.yaml', yamlText([...generatedBy(command, ADVICE), ...legend(settings)], [valuesOf(settings)])],
    ['values.schema.json', `${JSON.stringify(schemaOf(`Values of ${stack}`, settings), undefined, 2)}\n`],
    ['.helmignore', IGNORED],
    ['templates/_helpers.tpl', helpersOf(services, release)],
    ['templates/NOTES.txt', notesText(made, settings, release)],
    ...templates,
  ] as const;
  return {
    tree: new Map(files.map(([name, text]) => [`${folder}/${name}`, text])),
    problems: services
      .filter(({ workload }) => workload.name === 'global')
      .map(({ workload: { at, name } }) => ({
        code: 'bad-name',
        at,
        message: `${name}: a chart has values of its own called global. Rename it.`,
      })),
  };
}

const GLOBAL: readonly Setting[] = [
  { path: ['global', 'imageRegistry'], kind: 'global.imageRegistry', value: '' },
  { path: ['global', 'imageTag'], kind: 'global.imageTag', value: '' },
  { path: ['global', 'imagePullSecrets'], kind: 'global.imagePullSecrets', value: [] },
];

const ADVICE = 'What is to be different goes into a file of your own: helm upgrade --install -f values-production.yaml';

function legend(settings: readonly Setting[]): readonly string[] {
  return ['yaml-language-server: $schema=values.schema.json', ...legendOf(settings)];
}

/** By object. Two of one kind cannot share values: the second stays as it is. */
function liftService(
  { workload, objects }: ServiceObjects,
  { cluster }: KubernetesOutput,
): ReadonlyMap<unknown, Lifted> {
  const hasConfigMap = objects.some(({ kind }) => kind === 'ConfigMap');
  const context = {
    workload,
    objects,
    values: serviceValues(workload.name),
    chart: cluster.stack,
    ownImage: workload.image.kind === 'built' ? imageName(workload.image, cluster) : undefined,
    configMap: hasConfigMap ? `${workload.name}/configmap.yaml` : undefined,
  };
  const taken = new Set<string>();
  const lifted = new Map<unknown, Lifted>();
  for (const object of objects) {
    const one = liftObject(object, context);
    const places = one.settings.map(({ path }) => path.join('.'));
    if (places.some((place) => taken.has(place))) continue;
    for (const place of places) taken.add(place);
    lifted.set(object, one);
  }
  return lifted;
}
