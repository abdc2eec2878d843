import { FailureError } from '../../../core/failure.ts';
import { counted } from '../../../output/counted.ts';
import { renderHelm } from '../../../promote/helm/index.ts';
import { withComments } from '../../../promote/observed.ts';
import type { ResourcesPlace } from '../../../promote/observed.ts';
import { compareTree, writeTree } from '../../../promote/write.ts';
import { loadShared } from '../../connect.ts';
import { EXIT, type Context } from '../../context.ts';
import { folderBelow } from '../folder.ts';
import { clusterObjects } from '../kubernetes/render.ts';
import { tellSeen } from '../observed.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes, showDiff, showExplanations, tellChange, tellNotes } from '../report.ts';

const COMMAND = 'devstack promote --to helm';

/** A chart of the objects that `--to kubernetes` writes. */
export async function promoteToHelm(context: Context, options: PromoteOptions): Promise<number> {
  refuseUnbuilt(options);
  const loaded = await loadShared(context, options);
  const { root, name } = loaded.stack;
  const folder = folderBelow(root, options.output ?? `deploy/helm/${name}`);
  const { resources } = options;
  const { made, seen, notes, unlocked, explanations } = clusterObjects(loaded, {
    folder,
    command: COMMAND,
    ...(resources && { resources }),
  });
  const { tree: plain, problems } = renderHelm(made, { folder, command: COMMAND });
  const tree = resources ? withComments(plain, valuesPlaces(seen, folder), seen) : plain;
  if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
  if (options.strict) refuseNotes(notes);
  if (options.check) {
    const objects = made.services.flatMap((service) => service.objects);
    context.print(`${counted(objects.length, 'object')}, ${counted(notes.length, 'note')}`);
    return EXIT.ok;
  }
  if (options.explain) return showExplanations(context, explanations);
  if (options.stdout) {
    context.print(
      [...tree]
        .map(([file, text]) => `# Source: ${file}\n${text}`)
        .join('---\n')
        .trimEnd(),
    );
    return EXIT.ok;
  }
  const generated = { root, record: `${folder}/.generated.json` };
  const changes = compareTree(tree, generated);
  if (options.diff) return showDiff(context, changes);
  const edited = changes.filter(({ isForeign }) => isForeign).map((change) => change.path);
  const override = `a file of values: helm upgrade --install -f values-production.yaml ${name} ${folder}`;
  if (edited.length > 0) throw new FailureError({ code: 'file-edited', files: edited, override });
  writeTree(tree, changes, generated);
  const same = changes.filter(({ kind }) => kind === 'same').length;
  for (const change of changes) if (change.kind !== 'same') tellChange(context, change);
  if (same > 0) context.say(`  as before  ${counted(same, 'file')}`);
  tellNotes(context, notes, unlocked);
  tellSeen(context, seen, resources);
  const { namespace } = made.cluster;
  context.say(`Next: helm upgrade --install --namespace ${namespace} --create-namespace ${name} ${folder}`);
  if (made.needed.length > 0)
    context.say(`Secrets are not in it: ${folder}/templates/NOTES.txt says which there have to be.`);
  for (const { server } of made.releases)
    context.say(`The chart of ${server} is no part of it: devstack promote --to kubernetes writes its values.`);
  return EXIT.ok;
}

/** In the values of each. */
function valuesPlaces(seen: ReadonlyMap<string, unknown>, folder: string): readonly ResourcesPlace[] {
  return [...seen.keys()].map((name) => ({
    name,
    file: `${folder}/values.yaml`,
    lines: [`${name}:`, '  resources:'],
  }));
}

const INSTEAD = {
  up: 'bring it up with helm upgrade --install',
  down: 'take it down with helm uninstall',
  only: 'leave it out: a chart has all of the stack',
} as const;

/** Of another target. */
function refuseUnbuilt(options: PromoteOptions): void {
  for (const flag of ['up', 'down', 'only'] as const) {
    if (options[flag] === undefined || options[flag] === false) continue;
    const message = `--${flag} is for --to compose; with --to helm ${INSTEAD[flag]}`;
    throw new FailureError({ code: 'usage', message });
  }
}
