import type { ConfigProblem } from '../../core/failure.ts';
import type { Monitoring } from '../../core/delivery.ts';
import { withOneNamePerImage } from '../builds.ts';
import { monitoringComponent } from '../delivery/monitoring.ts';
import { onOneLine } from '../env-text.ts';
import type { Plan } from '../plan.ts';
import { generatedBy } from '../tree.ts';
import type { FileTree } from '../tree.ts';
import type { Note, Workload } from '../workload.ts';
import { namespaceOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { withCertificates } from './https.ts';
import { localDoorsOf, withLocalAddresses } from './local-doors.ts';
import type { LocalDoor } from './local-doors.ts';
import { notesOf } from './notes.ts';
import type { KubeObject } from './object.ts';
import { namespaceObject, quotaObjects } from './namespace.ts';
import { byFile, objectsOf } from './objects.ts';
import { withoutOperators } from './operators/alone.ts';
import { withoutTasksOfOperators } from './operators/operator.ts';
import { chartReleases, installCommand } from './operators/redis-chart.ts';
import type { ChartRelease } from './operators/redis-chart.ts';
import { OVERLAYS, overlayOf } from './overlays.ts';
import type { OverlayName } from './overlays.ts';
import { problemsOf } from './problems.ts';
import { violationsOf } from './rules/violations.ts';
import { PLAIN } from './secret-modes/mode.ts';
import type { SecretMode } from './secret-modes/mode.ts';
import { overlaySecrets } from './secret-modes/overlay.ts';
import { neededValues, secretSources } from './secrets.ts';
import type { NeededValue, SecretSource } from './secrets.ts';
import { summaryOf } from './summary.ts';
import { yamlText } from './yaml.ts';

export interface KubernetesOptions {
  /** Below the root of the project: `deploy/k8s`. */
  readonly folder: string;
  /** Before the name of a built image: `registry/stack`. */
  readonly imagePrefix: string;
  readonly command: string;
  readonly hasServersElsewhere: boolean;
  readonly quota?: Cluster['quota'];
  /** Added to each port of a machine that leads into its cluster; none by default. */
  readonly portOffset?: number;
  /** Of overlays that are not a machine of one's own. */
  readonly secrets: SecretMode;
  readonly monitoring?: Monitoring;
  /** The objects of a resource as the config wants them, given as they would be. */
  lastWord?(resource: string, objects: readonly KubeObject[]): readonly KubeObject[];
}

/** Everything `kubectl apply -k` needs, but for values of secrets. */
export interface KubernetesOutput {
  readonly tree: FileTree;
  /** All of the base. */
  readonly objects: readonly KubeObject[];
  readonly cluster: Cluster;
  /** The same but for the Namespace, by whose they are. */
  readonly services: readonly ServiceObjects[];
  readonly notes: readonly Note[];
  /** For people, once it is written. */
  readonly summary: readonly string[];
  readonly problems: readonly ConfigProblem[];
  /** What somebody else's charts make, with their values. */
  readonly releases: readonly ChartRelease[];
  /** What somebody has to know for each overlay. */
  readonly needed: readonly NeededValue[];
  readonly overlays: readonly {
    readonly name: OverlayName;
    /** Below the root. */
    readonly folder: string;
    /** What leads inside where nothing else does. */
    readonly doors: readonly LocalDoor[];
    readonly mode: SecretMode;
    readonly sources: readonly SecretSource[];
    /** Beside those of the base. */
    readonly objects: readonly KubeObject[];
  }[];
}

export interface ServiceObjects {
  readonly workload: Workload;
  readonly objects: readonly KubeObject[];
}

/** Values of an overlay, below its folder. */
export const VALUES = 'secrets.env';

export function renderKubernetes(plan: Plan, options: KubernetesOptions): KubernetesOutput {
  const { folder, imagePrefix, hasServersElsewhere, lastWord, quota } = options;
  const common = {
    stack: plan.stack,
    namespace: namespaceOf(plan.stack),
    imagePrefix,
    params: plan.params,
    bindings: plan.bindings,
  };
  const own = withOneNamePerImage(plan.workloads);
  const all = withCertificates(own, plan.stack);
  const workloads = withoutTasksOfOperators(all);
  const cluster: Cluster = { ...common, workloads, hasServersElsewhere, ...(quota && { quota }) };
  const doors = localDoorsOf(own, options.portOffset);
  const alone = withoutOperators(own, common);
  const local: Cluster = {
    ...cluster,
    ...alone,
    workloads: withLocalAddresses(alone.workloads, plan.stack, doors),
  };
  const head = generatedBy(options.command, 'What is to be different goes into a kustomization of your own above it.');
  const text = (...objects: readonly unknown[]) => yamlText(head, objects);
  const namespace = [namespaceObject(cluster), ...quotaObjects(cluster)];
  const made = workloads.map((workload) => {
    const objects = objectsOf(workload, cluster);
    return { workload, objects: lastWord ? lastWord(workload.name, objects) : objects };
  });
  const files = new Map([
    ['00-namespace.yaml', text(...namespace)],
    ...made.flatMap(({ workload, objects }) =>
      [...byFile(objects)].map(([file, each]) => [`${workload.name}/${file}`, text(...each)] as const),
    ),
  ]);
  const needed = neededValues({ ...cluster, workloads: all }, plan);
  const monitoring = options.monitoring && monitoringComponent(options.monitoring, cluster);
  const overlays = OVERLAYS.map((name) => {
    const {
      replicas,
      patches,
      objects: added,
      servers,
      doors: lead,
    } = overlayOf(name, cluster, { cluster: local, doors });
    const there = name === 'kind' ? local : cluster;
    const sources = secretSources(there, needed);
    const mode = name === 'kind' ? PLAIN : options.secrets;
    const ofSecrets = overlaySecrets(mode, { overlay: name, cluster: there, sources, needed, head });
    const areFollowed = ofSecrets.generator['secretGenerator'] !== undefined && made.some(readsSecretsItself);
    const allPatches = [...patches.map(({ path }) => ({ path })), ...ofSecrets.patches];
    const kustomization = {
      ...KUSTOMIZATION,
      namespace: common.namespace,
      resources: [
        '../../base',
        ...(added.length > 0 ? [NODE_PORTS] : []),
        ...servers.keys(),
        ...ofSecrets.objects.keys(),
        ...(ofSecrets.resources ?? []),
      ],
      ...(monitoring && name !== 'kind' && { components: [`../../${monitoring.folder}`] }),
      ...(replicas.length > 0 && { replicas }),
      ...(allPatches.length > 0 && { patches: allPatches }),
      ...ofSecrets.generator,
      ...(areFollowed && { configurations: [REFERENCES] }),
    };
    const isFilledHere = needed.length > 0 && mode.kind !== 'external-secrets';
    const below = `${folder}/overlays/${name}`;
    return {
      name,
      folder: below,
      doors: lead,
      mode,
      sources,
      objects: [...ofSecrets.objects.values()].flat(),
      tree: [
        [`${below}/kustomization.yaml`, text(kustomization)] as const,
        ...patches.map(({ path, content }) => [`${below}/${path}`, text(content)] as const),
        ...(added.length > 0 ? [[`${below}/${NODE_PORTS}`, text(...added)] as const] : []),
        ...(areFollowed ? [[`${below}/${REFERENCES}`, text(SECRET_REFERENCES)] as const] : []),
        ...[...servers].map(([path, all]) => [`${below}/${path}`, text(...all)] as const),
        ...[...ofSecrets.objects].map(([path, all]) => [`${below}/${path}`, text(...all)] as const),
        ...[...(ofSecrets.texts ?? [])].map(([path, made]) => [`${below}/${path}`, made] as const),
        ...(isFilledHere ? [[`${below}/${VALUES}.example`, exampleText(needed)] as const] : []),
      ],
    };
  });
  const objects = [...namespace, ...made.flatMap((one) => one.objects)];
  const releases = chartReleases(cluster);
  const valuesFile = ({ server }: ChartRelease) => `${folder}/charts/${server}.yaml`;
  return {
    tree: new Map([
      [`${folder}/.gitignore`, `overlays/*/${VALUES}\noverlays/*/secrets/\n`],
      [`${folder}/base/kustomization.yaml`, text({ ...KUSTOMIZATION, resources: [...files.keys()] })],
      ...[...files].map(([path, content]) => [`${folder}/base/${path}`, content] as const),
      ...[...(monitoring?.files ?? [])].map(
        ([path, all]) => [`${folder}/${monitoring?.folder}/${path}`, text(...all)] as const,
      ),
      ...releases.map((one) => [valuesFile(one), text(one.values)] as const),
      ...overlays.flatMap(({ tree }) => tree),
    ]),
    objects,
    releases,
    cluster,
    services: made,
    notes: [
      ...workloads.flatMap((workload) => notesOf(workload, cluster, options.monitoring)),
      ...ruleNotes(objects, made),
    ],
    summary: [
      ...summaryOf(objects, overlays[0]?.sources.length ?? 0, cluster),
      ...releases.map((one) => `Chart of ${one.server}: ${installCommand(one, valuesFile(one), common.namespace)}`),
    ],
    problems: problemsOf(workloads, objects),
    needed,
    overlays: overlays.map(({ tree: _tree, ...overlay }) => overlay),
  };
}

const NODE_PORTS = 'node-ports.yaml';
const REFERENCES = 'secret-references.yaml';
/** Where a Secret is named in kinds that kustomize does not know, as the names of those it makes change. */
const SECRET_REFERENCES = {
  nameReference: [
    { kind: 'Secret', fieldSpecs: [{ kind: 'TriggerAuthentication', path: 'spec/secretTargetRef/name' }] },
  ],
};
const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

function readsSecretsItself({ objects }: ServiceObjects): boolean {
  return objects.some(({ kind }) => kind === 'TriggerAuthentication');
}

/** Rules that are broken: by what the config has the last word on, for without that none is. */
function ruleNotes(objects: readonly KubeObject[], made: readonly ServiceObjects[]): readonly Note[] {
  return violationsOf(objects).flatMap(({ object, rule, text }) => {
    const owner = made.find((one) => one.objects.includes(object))?.workload;
    return owner ? [{ at: owner.at, resource: owner.name, text: `${object.kind}: ${text} (rule ${rule})` }] : [];
  });
}

/** The same file without a value, for whoever has none yet. */
function exampleText(needed: readonly NeededValue[]): string {
  const lines = needed.map(({ variable, what, description, generateLength }) => {
    const about = onOneLine(description ?? (what === 'secret' ? 'Secret' : 'Parameter'));
    return `# ${about}; ${generateLength === undefined ? 'needed' : 'made up when the file is written'}\n${variable}=\n`;
  });
  return `# Copy to ${VALUES} and fill in, or let devstack write it.\n${lines.join('')}`;
}
