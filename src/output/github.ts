import type { Failure } from '../core/failure.ts';
import type { Trouble } from '../core/trouble.ts';
import { describe } from './describe.ts';

/** What GitHub Actions shows beside a line of the project, or on the page of the run. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly place?: { readonly file: string; readonly line?: number; readonly column?: number };
}

/** `::error …::`, its texts escaped as the runner reads them back (its ActionCommand.cs). */
export function errorCommand({ title, message, place }: Annotation): string {
  const { file, line, column } = place ?? {};
  const properties = Object.entries({ title, file, line, col: column }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::error ${properties.join(',')}::${escapeData(message)}`;
}

/** Lines that fold under a title. What they say is no command, whatever stands there; `token` is known to nobody. */
export function groupCommands(title: string, lines: readonly string[], token: string): readonly string[] {
  return [`::group::${escapeData(title)}`, ...inert(lines, token), '::endgroup::'];
}

/** Lines the runner takes for text. */
export function inert(lines: readonly string[], token: string): readonly string[] {
  return [`::stop-commands::${token}`, ...lines, `::${token}::`];
}

/** One for each problem with a place, otherwise one. */
export function annotationsOf(failure: Failure): readonly Annotation[] {
  if (failure.code === 'config-invalid')
    return failure.problems.map(({ code, at, message }) => ({ title: `devstack: ${code}`, message, ...placeIn(at) }));
  if (failure.code === 'manifests-invalid')
    return failure.problems.map(({ at, reason }) => ({ title: 'devstack', message: reason, ...placeIn(at) }));
  const { title, detail, hint } = describe(failure);
  const message = [title, detail, hint].filter((part) => part !== undefined).join('\n');
  return [{ title: firstLine(title), message, ...placeIn('at' in failure ? failure.at : undefined) }];
}

export function annotationOf({ failure, why, place }: Trouble): Annotation {
  const [own] = failure ? annotationsOf(failure) : [];
  const at = place ?? own?.place;
  return { title: firstLine(why), message: why, ...(at && { place: at }) };
}

function placeIn(at: string | undefined): Pick<Annotation, 'place'> {
  const [, file, line] = /^(.+?)(?::(\d+))?$/.exec(at ?? '') ?? [];
  return file === undefined ? {} : { place: { file, ...(line !== undefined && { line: Number(line) }) } };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
