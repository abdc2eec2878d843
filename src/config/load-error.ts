import path from 'node:path';
import type { ConfigProblem } from '../core/failure.ts';
import { describePlace, sourceLines } from './place.ts';
import { explainThrown } from './thrown.ts';

/** Why the config could not be evaluated: its syntax, a missing module, or an error it threw. */
export function explainLoadError(thrown: unknown, file: string, root: string): ConfigProblem {
  if (thrown instanceof Error) {
    const problem = syntaxProblem(thrown, root) ?? missingModule(thrown, file, root);
    if (problem) return problem;
  }
  const explained = explainThrown(thrown, root, { place: undefined });
  const message = notExported(explained.message);
  return { ...explained, at: explained.at ?? path.basename(file), message: message ?? explained.message };
}

// jiti: `ParseError: Unexpected token  \n /path/file.ts:4:1`
function syntaxProblem(error: Error, root: string): ConfigProblem | undefined {
  const [, reason, file, line] = /ParseError:\s*([^]*?)\s*\n?\s*(\/[^\n]*?):(\d+):\d+/.exec(error.message) ?? [];
  if (reason === undefined || file === undefined || line === undefined) return undefined;
  const place = { file, line: Number(line) };
  const source = (sourceLines(file)[place.line - 1] ?? '').trim();
  const shown = source === '' ? '' : ` near: ${source.slice(0, 80)}`;
  return {
    code: 'syntax-error',
    at: describePlace(place, root),
    message: `Syntax error: ${reason.replace(/\.$/, '')}${shown}`,
  };
}

function missingModule(error: Error, file: string, root: string): ConfigProblem | undefined {
  const [, wanted] = /^Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? [];
  if (wanted === undefined) return undefined;
  const importer = importerOf(error) ?? file;
  const isOwn = /^[./]/.test(wanted);
  const specifier = wanted.startsWith('/') ? path.basename(wanted) : wanted;
  const index = sourceLines(importer).findIndex(
    (line) => /\b(?:import|from|require)\b/.test(line) && line.includes(specifier),
  );
  const at = index < 0 ? path.relative(root, importer) : describePlace({ file: importer, line: index + 1 }, root);
  const [packageName] = /^(?:@[^/]+\/)?[^/]+/.exec(wanted) ?? [wanted];
  const fix = isOwn ? 'Check the path and its ending.' : `Install it: npm install --save-dev ${packageName}`;
  return { code: 'missing-module', at, message: `Cannot find ${isOwn ? wanted : `the package "${wanted}"`}. ${fix}` };
}

function importerOf(error: Error): string | undefined {
  if (!('requireStack' in error) || !Array.isArray(error.requireStack)) return undefined;
  const stack: readonly unknown[] = error.requireStack;
  return typeof stack[0] === 'string' ? stack[0] : undefined;
}

/** Compiled code calls an import `(0, _devstack.postgress)`. */
function notExported(message: string): string | undefined {
  const [, module, name] = /\(0 , _(\w+)\.(\w+)\) is not a function$/.exec(message) ?? [];
  if (module === undefined || name === undefined) return undefined;
  return `"${name}" is not exported by ${module}. Check its spelling in the import.`;
}
