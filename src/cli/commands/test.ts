import { isatty } from 'node:tty';
import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import type { Use } from '../../core/use.ts';
import type { RuntimeChoice } from '../../core/stack.ts';
import { runBeside, type Beside } from '../../drivers/process/beside.ts';
import { inWords } from '../../output/duration.ts';
import { INSTANCE_VARIABLE } from '../../project/instance.ts';
import { RUN_ID_VARIABLE } from '../../system/process.ts';
import { holdStack, type Hold, type Tether } from '../../tether/hold.ts';
import { addressVariables } from '../../tether/variables.ts';
import { binFolders } from '../assemble/environment.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { sayTroubles } from '../report.ts';
import { onSignals } from '../signals.ts';

export interface TestOptions extends CommonOptions {
  readonly waitFor?: readonly string[];
  readonly as?: string;
  readonly timeout: number;
  readonly keep?: boolean;
  readonly instance?: string;
  readonly runtime?: RuntimeChoice;
  readonly json?: boolean;
  readonly use?: readonly Use[];
}

/** How long a command that was asked to end may take. */
const PATIENCE_MS = 10_000;

/** Brings the stack up on an instance of its own, runs a command with its addresses, takes it down. */
export async function test(context: Context, argv: readonly string[], options: TestOptions): Promise<number> {
  const begun = Date.now();
  const tell = (event: object): void => {
    if (options.json) context.print(JSON.stringify(event));
  };
  const isThrowAway = options.instance === undefined;
  const hold = holdStack({
    devstack: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    args: argumentsOf(options, isThrowAway),
    cwd: context.cwd,
    env: context.env,
    onNotice(level, text) {
      context.say(text);
      tell({ kind: 'notice', level, text });
    },
    onEvent: (json) => context.print(json),
  });
  const end = createEnd(hold);
  const offSignals = onSignals({ first: (signal) => end.ask(signal), second: () => end.insist() });
  try {
    const held = await hold.held;
    if (held.kind === 'failed') {
      if (end.isAsked()) return EXIT.interrupted;
      sayTroubles(context, held);
      return held.exitCode;
    }
    const { tether } = held;
    context.say(`${tether.instance}: ready after ${inWords(Date.now() - begun)}`);
    tell({ kind: 'ready', instance: tether.instance, afterMs: Date.now() - begun, ports: portsOf(tether) });
    try {
      const code = end.isAsked() || argv.length === 0 ? EXIT.ok : await runIn(context, tether, argv, options, end);
      if (end.isAsked()) return EXIT.interrupted;
      if (argv.length > 0) tell({ kind: 'command', exitCode: code });
      const troubles = await tether.troubles();
      if (code !== EXIT.ok && troubles.length > 0)
        sayTroubles(
          context,
          {
            text: troubles.map(({ why }) => why).join('\n'),
            failures: troubles.flatMap(({ failure }) => failure ?? []),
            troubles,
          },
          tether.root,
        );
      if (options.keep) await keep(context, tether);
      return code;
    } finally {
      await tether.close();
    }
  } finally {
    offSignals();
  }
}

function argumentsOf(options: TestOptions, isThrowAway: boolean): readonly string[] {
  const { config, runtime, use = [], waitFor = [], timeout } = options;
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(isThrowAway ? ['--throw-away'] : []),
    ...(options.json ? ['--events'] : []),
    ...(runtime ? ['--runtime', runtime] : []),
    ...use.flatMap(({ name, instead }) => ['--use', `${name}=${instead}`]),
    ...waitFor.flatMap((name) => ['--wait-for', name]),
    '--timeout',
    `${timeout}ms`,
  ];
}

async function runIn(
  context: Context,
  tether: Tether,
  argv: readonly string[],
  options: TestOptions,
  end: End,
): Promise<number> {
  const { env, clashes } = addressVariables(tether.resources);
  for (const { variable, has, without } of clashes)
    context.say(`${variable} is the address of ${has}; ${without} has none of that name`);
  const own = options.as === undefined ? {} : environmentOf(tether, options.as);
  const given = { ...env, ...own };
  const replaced = Object.keys(given).filter(
    (name) => name !== 'PORT' && (context.env[name] ?? given[name]) !== given[name],
  );
  if (replaced.length > 0) context.say(`${replaced.join(', ')}: the stack's own instead of what the shell has`);
  const command = runBeside(argv, {
    cwd: context.cwd,
    // With --json ours is for what happens.
    stdout: options.json ? 2 : 1,
    env: {
      ...context.env,
      ...given,
      PATH: [...binFolders(context.cwd, tether.root), context.env['PATH'] ?? ''].join(path.delimiter),
      ...(tether.name !== undefined && { [INSTANCE_VARIABLE]: tether.name }),
      [RUN_ID_VARIABLE]: tether.runId,
    },
  });
  end.follow(command);
  return command.ended;
}

/** By name; addresses may have secrets in them. */
function portsOf({ resources }: Tether) {
  return Object.fromEntries(
    Object.entries(resources).map(([name, { ports }]) => [
      name,
      Object.fromEntries(Object.entries(ports).map(([title, { port }]) => [title, port])),
    ]),
  );
}

function environmentOf({ resources }: Tether, name: string): Readonly<Record<string, string>> {
  const reached = resources[name];
  if (reached) return reached.env;
  const known = Object.keys(resources);
  throw new FailureError({ code: 'unknown-name', command: 'test --as', name, resources: known, groups: [] });
}

async function keep(context: Context, tether: Tether): Promise<void> {
  const { instance, name, isThrowAway } = tether;
  if (!(await tether.keep())) return context.say(`${instance} has stopped: there is nothing to keep.`);
  const at = name === undefined ? '' : ` --instance ${name}`;
  const down = isThrowAway ? 'down --volumes' : 'down';
  context.say(`${instance} runs on: devstack ps${at} shows it, devstack ${down}${at} ends it.`);
}

interface End {
  isAsked(): boolean;
  ask(signal: NodeJS.Signals): void;
  insist(): void;
  follow(command: Beside): void;
}

/** Ctrl-C: the command first, then the stack. */
function createEnd(hold: Hold): End {
  let asked = false;
  let command: Beside | undefined;
  // Who sits at a terminal has told the command already; some take a second one for `at once`.
  const isHeard = (signal: NodeJS.Signals): boolean => signal === 'SIGINT' && [0, 1, 2].some((fd) => isatty(fd));
  return {
    isAsked: () => asked,
    ask(signal) {
      asked = true;
      if (!command) return hold.stop();
      if (!isHeard(signal)) command.signal(signal);
      const later = setTimeout(() => command?.signal('SIGKILL'), PATIENCE_MS);
      void command.ended.then(() => clearTimeout(later));
    },
    insist() {
      command?.signal('SIGKILL');
      hold.stop();
      hold.stop();
    },
    follow(next) {
      command = next;
      void next.ended.then(() => (command = undefined));
    },
  };
}
