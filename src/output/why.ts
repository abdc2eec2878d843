import type { ResourceStatus } from '../core/engine.ts';
import type { Explanation, Wait } from '../core/explain.ts';
import { inBytes } from './bytes.ts';
import { describe } from './describe.ts';
import { inWords } from './duration.ts';
import {
  blockerInWords,
  causeInWords,
  detailInWords,
  runtimeInWords,
  stateInWords,
  withoutName,
} from './status-words.ts';

/** An explanation as a person reads it. */
export function whyInWords(explanation: Explanation, now: number, dataBytes?: number): string {
  const size = dataBytes === undefined ? '' : ` (${inBytes(dataBytes)})`;
  const { status } = explanation;
  const { info, lastCause, restarts, trouble } = status;
  const lines = [headline(status, now), ...reasonLines(explanation, now)];
  if (status.elsewhere !== undefined) lines.push(`  nothing of it runs here: it is at ${status.elsewhere}`);
  if (info?.runtime) lines.push(`  runs as ${runtimeInWords(status)}`);
  if (info?.image !== undefined) lines.push(`  image ${info.image}`);
  if (info?.data)
    lines.push(`  data in ${info.data.kind === 'volume' ? 'Docker volume ' : ''}${info.data.place}${size}`);
  if (lastCause) lines.push(`  last started again because ${causeInWords(lastCause)}`);
  const also = trouble ? `  ${withoutName(status.name, describe(trouble).title)}` : undefined;
  if (also !== undefined && !lines.includes(also)) lines.push(also);
  if (restarts > 0) lines.push(`  started again ${restarts === 1 ? 'once' : `${restarts} times`}`);
  return lines.join('\n');
}

/** The same in one line: what it is, and the nearest reason. */
export function whyInOneLine(explanation: Explanation, now: number): string {
  const [reason] = reasonLines(explanation, now);
  const head = headline(explanation.status, now);
  return reason === undefined ? head : `${head}; ${reason.trim()}`;
}

function headline(status: ResourceStatus, now: number): string {
  const { lifecycle, name, runStartAt } = status;
  const verb = lifecycle.kind === 'failed' ? 'has' : 'is';
  return `${name} ${verb} ${stateInWords(status)}${sinceInWords(runStartAt, now, lifecycle.kind)}`;
}

function reasonLines({ status, waits }: Explanation, now: number): readonly string[] {
  const { lifecycle, lastProbe, probes } = status;
  const lines: string[] = [];
  if (waits.length > 0) lines.push(...waits.flatMap((wait) => waitLines(wait, now, 1)));
  else if (lifecycle.kind === 'failed' || lifecycle.kind === 'backoff') {
    const { title, detail, hint } = describe(lifecycle.failure);
    for (const part of [withoutName(status.name, title), detail, hint])
      if (part !== undefined) lines.push(...part.split('\n').map((line) => `  ${line}`));
    if (lifecycle.kind === 'failed') lines.push(`  once it is mended: devstack start ${status.name}`);
    else
      lines.push(
        `  tried again in ${inWords(lifecycle.since + lifecycle.delayMs - now)} (attempt ${lifecycle.attempt + 1})`,
      );
  } else if (lifecycle.kind === 'idle') lines.push(`  ${idleInWords(status)}`);
  else {
    const detail = detailInWords(status, now);
    if (detail !== '' && detail !== runtimeInWords(status) && detail !== lastProbe) lines.push(`  ${detail}`);
  }
  const earlier = (probes ?? []).filter(({ text }) => text !== lastProbe);
  if (lastProbe !== undefined) lines.push(`  last health check: ${lastProbe}`);
  for (const { at, text } of earlier.toReversed()) lines.push(`    ${inWords(now - at)} ago: ${text}`);
  return lines;
}

function idleInWords({ name, wanted, run }: ResourceStatus): string {
  if (wanted) return 'it is about to start';
  return `${run > 0 ? 'it was stopped on request' : 'nobody asked for it'}: devstack start ${name} brings it up`;
}

function waitLines(wait: Wait, now: number, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const own = `${indent}waits for ${blockerInWords(wait.blocker, now)}`;
  const lifecycle = wait.status?.lifecycle;
  if (lifecycle?.kind === 'failed')
    return [
      own,
      `${indent}  ${withoutName(wait.blocker.on, describe(lifecycle.failure).title)}`,
      `${indent}  Its log: devstack logs ${wait.blocker.on}; once it is mended: devstack start ${wait.blocker.on}`,
    ];
  const doing = wait.waits.length === 0 && wait.status ? detailInWords(wait.status, now) : '';
  return [
    own,
    ...(doing === '' ? [] : [`${indent}  ${doing}`]),
    ...wait.waits.flatMap((inner) => waitLines(inner, now, depth + 1)),
  ];
}

function sinceInWords(start: number | undefined, now: number, kind: string): string {
  return start === undefined || kind === 'idle' ? '' : `; its run began ${inWords(now - start)} ago`;
}
