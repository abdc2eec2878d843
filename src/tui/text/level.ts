export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const ALIASES: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trc', 'trce', 'silly', 'finest'],
  debug: ['debug', 'dbg', 'dbug', 'verbose', 'http', 'fine', 'd', 'v'],
  info: ['info', 'inf', 'information', 'notice', 'i'],
  warn: ['warn', 'wrn', 'warning', 'w'],
  error: ['error', 'err', 'eror', 'severe', 'fail', 'exception', 'traceback', 'e'],
  fatal: ['fatal', 'ftl', 'critical', 'crit', 'panic', 'dpanic', 'alert', 'emerg', 'emergency', 'f'],
};

const BY_NAME: ReadonlyMap<string, LogLevel> = new Map(
  (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const).flatMap((level) =>
    ALIASES[level].map((alias) => [alias, level] as const),
  ),
);

/** `WARNING`, `err`, `INFO+2` (a level of slog between two others). */
export function levelNamed(word: string): LogLevel | undefined {
  return BY_NAME.get(word.toLowerCase().replace(/[+-]\d+$/, ''));
}

/** As pino and bunyan count: 10 is trace, 60 fatal, and one between belongs to the one below. */
export function levelNumbered(number: number): LogLevel | undefined {
  if (!(number >= 10 && number < 70)) return undefined;
  return (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)[Math.floor(number / 10) - 1];
}

/** A level stands near the beginning; what is further on is prose. */
const HEAD_LENGTH = 200;

/** Most lines name no level, and this finds out at once. */
const MENTIONS =
  /trac|trc|de?bu?g|inf|notice|warn|wrn|err|exception|severe|fail|fatal|ftl|crit|panic|alert|emerg|lvl|level|severity|^[iwef]\d{4} /i;

const WORDS =
  'trace|trc|debug|dbg|info|inf|notice|warn|warning|wrn|error|err|severe|fatal|ftl|critical|crit|panic|alert|emerg';

/** Each with the word of the level as its group, from the most to the least certain. */
const FORMS: readonly RegExp[] = [
  // klog: E0102 15:04:05.678901
  /^([IWEF])\d{4} \d\d:\d\d:\d\d/,
  // level=warn, "level":"warn", "level":40
  /(?:^|[\s,{"])(?:level|lvl|severity)(?:=|"\s*:\s*)"?(\d\d\b|[a-z]+)/i,
  /^p?npm (err|error|warn)\b/i,
  // [warn], [core:error], | INFO |
  new RegExp(String.raw`(?:^|\s)[[|]\s*(?:\w+:)?(${WORDS})\s*[\]|]`, 'i'),
];

const OTHER_FORMS: readonly RegExp[] = [
  // error: …, Warning: …, fail: …, error[E0382]: …, psql: error: …
  new RegExp(String.raw`^\s*(?:[\w./@-]+: )?(${WORDS}|fail|dbug|trce)(?:\[\w+\])?:(?:\s|$)`, 'i'),
  // TypeError: …, Error [ERR_X]: …, java.io.IOException: …
  /^(?:Uncaught )?(?:[A-Za-z_$][\w.$]*)?(Error|Exception)(?: \[\w+\])?: /,
  /^(Exception) in thread |^(Traceback) \(most recent call last\)/,
  // src/a.ts(3,4): error TS1: …, src/a.c:3:4: warning: …
  /^\S+?[:(]\d+[:,]\d+\)?: (?:fatal )?(error|warning)\b/,
  /^(error|warn|info) {1,2}- /,
];

/** The level that a line without structure names in one of the usual forms; a word in a sentence is not one. */
export function levelOf(text: string): LogLevel | undefined {
  const head = text
    .slice(0, 2 * HEAD_LENGTH)
    .replaceAll(/\u001b\[[\d;:]*m/g, '')
    .slice(0, HEAD_LENGTH);
  if (!MENTIONS.test(head)) return undefined;
  return levelInForms(FORMS, head) ?? levelInCapitals(head) ?? levelInForms(OTHER_FORMS, head);
}

function levelInForms(forms: readonly RegExp[], head: string): LogLevel | undefined {
  for (const form of forms) {
    const match = form.exec(head);
    const word = match?.[1] ?? match?.[2];
    const level = word === undefined ? undefined : (levelNumbered(Number(word)) ?? levelNamed(word));
    if (level) return level;
  }
  return undefined;
}

const CAPITALS = new RegExp(String.raw`(?<![\w./=-])(${WORDS.toUpperCase()})(?![\w.=])`);
const PROSE =
  /(?<![\w.])(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)[A-Za-z]*[a-z][A-Za-z]*(?![\w.])/g;

/** Behind a time and punctuation, and behind one word (a logger, a thread) only with a separator: `root - ERROR - …`. */
function levelInCapitals(head: string): LogLevel | undefined {
  const match = CAPITALS.exec(head);
  if (!match?.[1]) return undefined;
  const before = head.slice(0, match.index);
  const words = before.match(PROSE)?.length ?? 0;
  const isSeparated = /[\])|:-]\s*$/.test(before) || /^\s*[\])|:-]/.test(head.slice(match.index + match[1].length));
  return words === 0 || (words === 1 && isSeparated) ? levelNamed(match[1]) : undefined;
}
