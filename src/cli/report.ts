import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findConfig } from '../config/find.ts';
import type { Failure } from '../core/failure.ts';
import { annotationOf, annotationsOf, errorCommand, groupCommands, inert, type Annotation } from '../output/github.ts';
import { troublesText } from '../output/trouble.ts';
import type { NotUp } from '../tether/messages.ts';
import type { Context } from './context.ts';
import { isGithub } from './is-github.ts';

/** Says why a stack is not as it was to be: as text, in GitHub Actions as groups and annotations. */
export function sayTroubles(context: Context, { text, failures, troubles }: NotUp, root?: string): void {
  context.failures.push(...failures);
  if (!isGithub(context.env)) return context.say(troublesText(text, troubles));
  const token = randomUUID();
  const told = troubles.flatMap(({ failure }) => failure ?? []);
  const others = failures.filter((failure) => !told.some(({ code }) => code === failure.code));
  const lines = [
    ...(text === '' ? [] : inert(text.split('\n'), token)),
    ...troubles.flatMap(({ name, lines }) =>
      lines.length === 0
        ? []
        : groupCommands(
            `The end of the log of ${name}`,
            lines.map((line) => `${name} | ${line}`),
            token,
          ),
    ),
    ...[
      ...troubles.filter(({ failure }) => failure).map(annotationOf),
      ...others.flatMap((failure) => annotationsOf(failure)),
    ].map((annotation) => errorCommand(atWorkspace(context, annotation, root))),
  ];
  context.say(lines.join('\n'));
}

/** What is beside the words about a failure a command ends with. */
export function sayAnnotations(context: Context, failure: Failure): void {
  if (!isGithub(context.env)) return;
  for (const annotation of annotationsOf(failure)) context.say(errorCommand(atWorkspace(context, annotation)));
}

/** Files of a stack are relative to its config, those of a repository to its checkout. */
function atWorkspace(context: Context, annotation: Annotation, root?: string): Annotation {
  const { place, ...words } = annotation;
  if (!place) return annotation;
  const config = root ?? path.dirname(findConfig(context.cwd) ?? path.join(context.cwd, 'none'));
  const found = [config, context.cwd]
    .map((folder) => path.resolve(folder, place.file))
    .find((file) => existsSync(file));
  if (found === undefined) return words;
  const relative = path.relative(context.env['GITHUB_WORKSPACE'] ?? context.cwd, found);
  return { ...words, place: { ...place, file: relative.startsWith('..') ? found : relative } };
}
