import type { Edit } from './hole.ts';
import type { Setting, SettingKind } from './settings.ts';

/** What of an object somebody may set when the chart is installed: a setting has the value the object has now. */
export interface Lifted {
  readonly settings: readonly Setting[];
  /** Where the templates use them. */
  readonly edits: readonly Edit[];
  /** The object is there only if this holds. */
  readonly condition?: string;
}

export const NOTHING: Lifted = { settings: [], edits: [] };

/** Values of one service in templates and in values.yaml. */
export interface ServiceValues {
  code(...path: readonly string[]): string;
  setting(kind: SettingKind, value: unknown, path?: readonly string[]): Setting;
}

export function serviceValues(service: string): ServiceValues {
  return {
    code: (...path) => codeOf('$values', path),
    setting: (kind, value, path = kind.split('.')) => ({ kind, value, path: [service, ...path] }),
  };
}

/** `.Values.web.image`, or with names that are no words of the language: `(index .Values "web-2").image`. */
export function codeOf(root: string, path: readonly string[]): string {
  return path.reduce(
    (code, name) => (/^[A-Za-z_]\w*$/.test(name) ? `${code}.${name}` : `(index ${code} "${name}")`),
    root,
  );
}

export function joined(all: readonly Lifted[]): Lifted {
  return { settings: all.flatMap(({ settings }) => settings), edits: all.flatMap(({ edits }) => edits) };
}
