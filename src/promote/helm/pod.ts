import { isDaemon } from '../kubernetes/cluster.ts';
import { secretFilesName, secretName } from '../kubernetes/environment.ts';
import { at, dataAt, isData, listAt, textAt } from '../kubernetes/rules/data.ts';
import type { Workload } from '../workload.ts';
import { quoted, text, withEnv, withFields, withValue, yaml } from './hole.ts';
import type { Edit, Path } from './hole.ts';
import { imageParts } from './image.ts';
import { joined, NOTHING } from './lifted.ts';
import type { Lifted, ServiceValues } from './lifted.ts';
import type { Setting } from './settings.ts';

export interface PodContext {
  readonly workload: Workload;
  readonly values: ServiceValues;
  readonly chart: string;
  /** Of an image that is built for this stack. */
  readonly ownImage: string | undefined;
  /** The template of its ConfigMaps, below `templates`. */
  readonly configMap: string | undefined;
}

/** What can be set of the pods of a controller. */
export function liftPod(object: unknown, context: PodContext): Lifted {
  const place = [
    ['spec', 'template'],
    ['spec', 'jobTemplate', 'spec', 'template'],
  ].find((path) => isData(at(object, ...path, 'spec')));
  if (!place) return NOTHING;
  const template = at(object, ...place);
  const containers = (['containers', 'initContainers'] as const).flatMap((field) =>
    listAt(template, 'spec', field).map((container, index) =>
      liftContainer(container, [...place, 'spec', field, index], context),
    ),
  );
  return joined([
    annotations(template, place, context),
    ...containers,
    values(template, place, context),
    files(template, place, context),
    scheduling(template, place, context),
  ]);
}

function liftContainer(container: unknown, place: Path, { workload, values, chart, ownImage }: PodContext): Lifted {
  const name = textAt(container, 'name') ?? '';
  const isMain = name === workload.name;
  const under = isMain ? [] : [at(container, 'restartPolicy') === 'Always' ? 'sidecars' : 'initContainers', name];
  const settings: Setting[] = [];
  const edits: Edit[] = [];
  const set = (kind: Parameters<ServiceValues['setting']>[0], value: unknown): void =>
    void settings.push(values.setting(kind, value, [...under, ...kind.split('.')]));
  const code = (...path: readonly string[]): string => values.code(...under, ...path);

  const image = textAt(container, 'image') ?? '';
  const isOwn = image === ownImage;
  const parts = imageParts(image);
  set('image.registry', parts.registry);
  set('image.repository', parts.repository);
  set('image.tag', isOwn ? '' : parts.tag);
  set('image.digest', parts.digest);
  const tag = isOwn ? ' "tag" ($.Values.global.imageTag | default $.Chart.AppVersion)' : '';
  const given = `dict "image" ${code('image')} "global" $.Values.global${tag}`;
  edits.push({ path: [...place, 'image'], value: quoted(`include "${chart}.image" (${given})`) });
  const policy = textAt(container, 'imagePullPolicy');
  if (policy !== undefined) {
    set('image.pullPolicy', policy);
    edits.push({ path: [...place, 'imagePullPolicy'], value: text({ code: code('image', 'pullPolicy') }) });
  }
  set('resources', dataAt(container, 'resources'));
  edits.push({ path: [...place, 'resources'], value: yaml(code('resources')) });
  if (isMain) {
    set('env', {});
    edits.push({ path: [...place, 'env'], value: withEnv(code('env'), listAt(container, 'env')) });
  }
  const secret = secretName(isMain ? name : `${workload.name}-${name}`);
  for (const [index, from] of listAt(container, 'envFrom').entries()) {
    if (textAt(from, 'secretRef', 'name') !== secret) continue;
    set('existingSecret', secret);
    edits.push({ path: [...place, 'envFrom', index, 'secretRef', 'name'], value: quoted(code('existingSecret')) });
  }
  return { settings, edits };
}

/** A pod begins anew when what it reads at its start is another: the hash of the base knows nothing of values. */
function annotations(template: unknown, place: Path, { values, configMap }: PodContext): Lifted {
  const { 'devstack.dev/config-hash': hash, ...rest } = dataAt(template, 'metadata', 'annotations');
  const checksum =
    hash === undefined || configMap === undefined
      ? {}
      : { 'checksum/config': text({ code: `include (print $.Template.BasePath "/${configMap}") $ | sha256sum` }) };
  return {
    settings: [values.setting('podAnnotations', rest)],
    edits: [
      { path: [...place, 'metadata', 'annotations'], value: withFields(values.code('podAnnotations'), checksum) },
    ],
  };
}

/** Where a Secret is read as files, by the container whose variables it has. */
function values(template: unknown, place: Path, { workload, values: own }: PodContext): Lifted {
  const owners = [[], ...(workload.sidecars ?? []).map(({ name }) => ['sidecars', name])];
  return joined(
    listAt(template, 'spec', 'volumes').flatMap((volume, index) =>
      listAt(volume, 'projected', 'sources').flatMap((source, at): Lifted[] => {
        const name = textAt(source, 'secret', 'name');
        const under = owners.find(
          ([, sidecar]) => name === secretName([workload.name, sidecar].filter(Boolean).join('-')),
        );
        if (name === undefined || !under) return [];
        const path = [...place, 'spec', 'volumes', index, 'projected', 'sources', at, 'secret', 'name'];
        return [
          {
            settings: [own.setting('existingSecret', name, [...under, 'existingSecret'])],
            edits: [{ path, value: quoted(own.code(...under, 'existingSecret')) }],
          },
        ];
      }),
    ),
  );
}

function files(template: unknown, place: Path, { workload, values }: PodContext): Lifted {
  const name = secretFilesName(workload.name);
  const volumes = listAt(template, 'spec', 'volumes');
  const index = volumes.findIndex((volume) => textAt(volume, 'secret', 'secretName') === name);
  if (index === -1) return NOTHING;
  const value = quoted(values.code('existingSecretFiles'));
  return {
    settings: [values.setting('existingSecretFiles', name)],
    edits: [{ path: [...place, 'spec', 'volumes', index, 'secret', 'secretName'], value }],
  };
}

/** Where it runs: what the chart says stays unless something is said instead. */
function scheduling(template: unknown, place: Path, { workload, values }: PodContext): Lifted {
  const spec = dataAt(template, 'spec');
  const own = [
    ['affinity', {}],
    ...(workload.role === 'task' || isDaemon(workload) ? [] : [['topologySpreadConstraints', []] as const]),
  ] as const;
  return {
    settings: [
      values.setting('nodeSelector', spec['nodeSelector'] ?? {}),
      values.setting('tolerations', spec['tolerations'] ?? []),
      ...own.map(([field, empty]) => values.setting(field, empty)),
    ],
    edits: [
      ...(['nodeSelector', 'tolerations'] as const).map((field) => ({
        path: [...place, 'spec', field],
        value: withValue(values.code(field)),
      })),
      ...own.map(([field]) => ({ path: [...place, 'spec', field], value: withValue(values.code(field), spec[field]) })),
      {
        path: [...place, 'spec', 'imagePullSecrets'],
        value: withValue('$.Values.global.imagePullSecrets', spec['imagePullSecrets']),
      },
    ],
  };
}
