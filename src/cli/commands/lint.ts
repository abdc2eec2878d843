import { FailureError } from '../../core/failure.ts';
import { judge, placeOf } from '../../promote/kubernetes/rules/violations.ts';
import { counted } from '../../output/counted.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { finder } from '../lint/found.ts';
import { readManifests } from '../lint/manifest-files.ts';
import { sarifOf } from '../lint/sarif.ts';

export interface LintOptions extends CommonOptions {
  readonly file: readonly string[];
  readonly json?: boolean;
  readonly sarif?: boolean;
}

/** Holds any manifests of Kubernetes against the rules ours are held against. */
export async function lint(context: Context, options: LintOptions): Promise<number> {
  const { located, files, skipped, problems } = await readManifests(options.file, context.cwd);
  if (problems.length > 0) {
    if (!options.json) throw new FailureError({ code: 'manifests-invalid', problems });
    context.print(JSON.stringify({ ok: false, code: 'manifests-invalid', problems }, undefined, 2));
    return EXIT.failed;
  }
  const { violations, exemptions } = judge(located.map(({ object }) => object));
  const found = finder(located);
  const ok = violations.length === 0;
  if (options.sarif)
    context.print(JSON.stringify(sarifOf(context.version, violations.map(found), exemptions.map(found)), undefined, 2));
  else if (options.json) {
    const all = { violations: violations.map(found), exemptions: exemptions.map(found) };
    context.print(JSON.stringify({ ok, files, objects: located.length, ...all, skipped }, undefined, 2));
  } else {
    for (const one of violations) context.print(`${found(one).file}: ${placeOf(one)}: ${one.text} (${one.rule})`);
    const counts = [counted(violations.length, 'violation'), counted(exemptions.length, 'exemption')].join(', ');
    context.print(`${counted(located.length, 'object')} in ${counted(files, 'file')}: ${counts}`);
    for (const one of exemptions)
      context.print(
        `  exempt  ${found(one).file}: ${placeOf(one)} (${one.rule}): ${one.reason || 'no reason is given'}`,
      );
    for (const { file, why } of skipped) context.say(`  skipped  ${file}: ${why}`);
  }
  return ok ? EXIT.ok : EXIT.failed;
}
