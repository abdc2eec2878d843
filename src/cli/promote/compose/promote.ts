import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../../core/failure.ts';
import { LOCAL } from '../../../promote/compose/files.ts';
import { overrideOf } from '../../../promote/compose/index.ts';
import { compareTree, writeTree } from '../../../promote/write.ts';
import type { FileChange } from '../../../promote/write.ts';
import { counted } from '../../../output/counted.ts';
import { portHolder } from '../../../system/processes.ts';
import { loadShared } from '../../connect.ts';
import { EXIT, type Context } from '../../context.ts';
import { tellSeen } from '../observed.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes, showDiff, showExplanations, tellChange, tellNotes } from '../report.ts';
import { writeSecretly } from '../values-file.ts';
import { findCompose, volumesOf } from './command.ts';
import { renderForCompose } from './render.ts';
import type { Rendered } from './render.ts';
import { untilServed } from './until-served.ts';

/** The same file as images and an orchestration that needs no devstack. */
export async function promoteToCompose(context: Context, options: PromoteOptions): Promise<number> {
  const { stack, lastWords } = await loadShared(context, options);
  const { only, output } = options;
  const rendered = await renderForCompose({
    stack,
    lastWords,
    env: context.env,
    isPortFree: (port) => portHolder(port) === undefined,
    ...(only && { only }),
    ...(output !== undefined && { output }),
    ...(options.resources && { resources: options.resources }),
  });
  const { notes, folder, file } = rendered;
  if (options.strict) refuseNotes(notes);
  if (options.check) {
    context.print(
      `${counted(rendered.workloads.length, 'service')}, every rule kept, ${counted(notes.length, 'note')}`,
    );
    return EXIT.ok;
  }
  if (options.explain) return showExplanations(context, rendered.explanations);
  if (options.stdout) {
    context.print((rendered.tree.get(`${folder}/${file}`) ?? '').trimEnd());
    return EXIT.ok;
  }
  const generated = { root: stack.root, record: `${folder}/.generated${only === undefined ? '' : `.${only}`}.json` };
  const changes = compareTree(rendered.tree, generated);
  const own = { root: stack.root, record: `${folder}/${LOCAL}/.generated${only === undefined ? '' : `.${only}`}.json` };
  const ownChanges = rendered.missing.length > 0 ? [] : compareTree(rendered.local, own);
  const all = [...changes, ...ownChanges];
  if (options.diff) return showDiff(context, all);
  if (options.down) return takeDown(context, stack.root, rendered);
  const edited = all.filter(({ isForeign }) => isForeign).map((change) => change.path);
  if (edited.length > 0)
    throw new FailureError({ code: 'file-edited', files: edited, override: `${folder}/${overrideOf(file)}` });
  if (options.up && rendered.env.isNew) refuseOldData(context, rendered);
  writeTree(rendered.tree, changes, generated);
  writeSecretly(path.join(stack.root, rendered.env.path), rendered.env.text);
  if (ownChanges.length > 0) {
    // Whoever runs in a container may read what is mounted there; nobody else here gets to it.
    const local = path.join(stack.root, folder, LOCAL);
    mkdirSync(local, { recursive: true });
    chmodSync(local, 0o700);
    writeTree(rendered.local, ownChanges, own);
  }
  tellWritten(context, all, rendered);
  tellSeen(context, rendered.seen, options.resources);
  if (rendered.missing.length > 0) {
    const [first = ''] = rendered.missing;
    context.say(`${rendered.env.path} needs values for: ${rendered.missing.join(', ')}`);
    context.say(`  for example: devstack secret set ${first} --target compose`);
    if (options.up) return EXIT.failed;
  }
  return options.up ? bringUp(context, stack.root, rendered) : EXIT.ok;
}

function tellWritten(context: Context, changes: readonly FileChange[], rendered: Rendered): void {
  const { folder, file, env, notes, unlocked } = rendered;
  for (const change of changes) tellChange(context, change);
  context.say(`  ${(env.isNew ? 'wrote' : 'kept').padEnd(9)}  ${env.path} (secrets, for this machine only)`);
  tellNotes(context, notes, unlocked);
  context.say(`Not in this target: scaling by load, updates without a gap, several machines.`);
  context.say(
    `Next: ${rendered.command} --up, or: docker compose -f ${folder}/${file} up --build ${looseTasks(rendered).length === 0 ? '--wait' : '--detach'}`,
  );
}

async function bringUp(context: Context, root: string, rendered: Rendered): Promise<number> {
  const { folder, file, urls, workloads, values } = rendered;
  const compose = findCompose(context.env, [...values.keys()]);
  const at = { cwd: path.join(root, folder) };
  const loose = looseTasks(rendered);
  const others = workloads.filter(({ name, isManual }) => !isManual && !loose.includes(name)).map(({ name }) => name);
  const names = loose.length === 0 ? [] : others;
  await compose.run(['-f', file, 'up', '--build', '--wait', ...names], at);
  for (const name of loose) await compose.run(['-f', file, 'run', '--rm', '--build', name], at);
  let isWell = true;
  for (const { name, url, isHttp } of urls) {
    if (workloads.some((one) => one.name === name && one.isManual)) continue;
    const answer = isHttp ? await untilServed(url) : undefined;
    if (answer?.kind === 'failed') isWell = false;
    const words =
      answer === undefined ? '' : answer.kind === 'served' ? `${answer.status} in ${answer.ms} ms` : answer.reason;
    context.print(`${name}  ${url}  ${words}`.trimEnd());
  }
  return isWell ? EXIT.ok : EXIT.failed;
}

/** Servers keep the passwords their data was made with. */
function refuseOldData(context: Context, { env, project }: Rendered): void {
  const volumes = volumesOf(context.env['COMPOSE_PROJECT_NAME'] ?? project, context.env);
  if (volumes.length > 0) throw new FailureError({ code: 'volumes-without-secrets', volumes, file: env.path });
}

/** Nobody waits for these: compose would take their end for a failure. */
function looseTasks({ workloads }: Rendered): readonly string[] {
  const awaited = new Set(workloads.flatMap(({ needs }) => needs.map(({ on }) => on)));
  return workloads
    .filter(({ name, role, isManual }) => role === 'task' && !isManual && !awaited.has(name))
    .map(({ name }) => name);
}

async function takeDown(context: Context, root: string, { folder, file, values }: Rendered): Promise<number> {
  await findCompose(context.env, [...values.keys()]).run(['-f', file, 'down'], { cwd: path.join(root, folder) });
  return EXIT.ok;
}
