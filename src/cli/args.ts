import { Argument, Command, Option } from 'commander';
import { LOCAL_CLUSTERS } from '../core/cluster.ts';
import { SHELLS, type Shell } from './completion/scripts.ts';
import { INSTANCE_VARIABLE, namedInstance } from '../project/instance.ts';
import type { Context } from './context.ts';
import { duration, moment, pattern, runtime, use, wholeNumber } from './option-values.ts';
import { addPromoteCommands } from './promote-args.ts';
import { addSecretCommands } from './secret-args.ts';
import { addTestCommands } from './test-args.ts';

/** The command table: names, flags and help. What a command does is loaded when it is asked for. */
export function createProgram(
  context: Context,
  done: (exitCode: number) => void,
  tell: (command: string) => void = () => undefined,
): Command {
  const program = new Command('devstack')
    .description('Brings the stack of devstack.config.ts up, and takes it down without a trace.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('Help: devstack --help')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.say(text.trimEnd()),
    });

  // One place for it: what a command starts in turn finds it where the command found it.
  program.hook('preAction', (_program, action) => {
    const { instance, json } = action.opts<{ readonly instance?: string; readonly json?: boolean }>();
    if (instance !== undefined) {
      context.env[INSTANCE_VARIABLE] = instance;
      namedInstance(context.env); // one that is no name is told of by every command
    }
    if (json) tell(action.name());
  });
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .showHelpAfterError(`Help: devstack ${usage.split(' ')[0] ?? ''} --help`)
      .addOption(new Option('-c, --config <file>', 'config file, instead of looking for one'));
  const instance = (): Option =>
    new Option('--instance <name>', 'another instance of this checkout than its own').env(INSTANCE_VARIABLE);
  const ofInstance = (usage: string, description: string): Command => command(usage, description).addOption(instance());
  const json = (): Option => new Option('--json', 'print JSON');
  const wait = (): Option => new Option('--wait', 'return when it is ready or has failed');
  const yes = (): Option => new Option('-y, --yes', 'do not ask');
  const timeout = (): Option =>
    new Option('--timeout <duration>', 'give up waiting after this long, for example 90s')
      .argParser(duration)
      .default(300_000, '5m');
  const place = (): Option =>
    new Option('--target <target>', 'where it runs').choices(['dev', ...LOCAL_CLUSTERS]).default('dev');

  ofInstance('up [names...]', 'start the stack, or the named resources and what they need')
    .option('--no-deps', 'start only what is named')
    .addOption(runtime())
    .addOption(use())
    .addOption(new Option('-d, --detach', 'run in the background and return; with --wait when all is ready'))
    .addOption(new Option('--wait', 'stop everything and fail unless all is ready in time'))
    .addOption(timeout())
    .addOption(new Option('--no-watch', 'do not restart on changes of files'))
    .addOption(new Option('--plain', 'a stream of lines, also on a terminal'))
    .addOption(new Option('--keep', 'go on in the background when the terminal goes away'))
    .addOption(json().conflicts('detach'))
    .action(async (names: string[], options) =>
      done(await (await import('./commands/up.ts')).up(context, names, options)),
    );

  ofInstance('attach', 'show a running stack as up does, from anywhere; leaving changes nothing')
    .addOption(new Option('--plain', 'a stream of lines, also on a terminal'))
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/attach.ts')).attach(context, options)));

  ofInstance('down', 'stop what runs; remove containers and network')
    .option('--volumes', 'remove the data too, after asking')
    .option('--all', 'all instances of yours on this machine, after asking')
    .addOption(yes())
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/down.ts')).down(context, options)));

  program
    .command('ls')
    .description('list all instances of yours on this machine')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/ls.ts')).ls(context, options)));

  ofInstance('ps', 'list the resources and their state')
    .addOption(place())
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/ps.ts')).ps(context, options)));

  ofInstance('logs [names...]', 'print logs, also after everything has stopped')
    .option('-f, --follow', 'go on with what comes', false)
    .addOption(new Option('-n, --tail <lines>', 'only the last lines').argParser(wholeNumber))
    .addOption(new Option('--since <when>', 'only from then on: 10m ago, or a date and time').argParser(moment))
    .addOption(new Option('--grep <pattern>', 'only lines that match the regular expression').argParser(pattern))
    .option('-t, --timestamps', 'put the time before each line', false)
    .addOption(place())
    .addOption(json())
    .action(async (names: string[], options) =>
      done(await (await import('./commands/logs.ts')).logs(context, names, options)),
    );

  for (const kind of ['start', 'stop', 'restart'] as const) {
    ofInstance(`${kind} <names...>`, `${kind} resources of a running stack`)
      .addOption(wait())
      .addOption(timeout())
      .addOption(json())
      .action(async (names: string[], options) =>
        done(await (await import('./commands/control.ts')).control(context, kind, names, options)),
      );
  }

  ofInstance('run <task>', 'run a task, with what it needs')
    .addOption(runtime())
    .addOption(new Option('--timeout <duration>', 'stop it after this long, for example 90s').argParser(duration))
    .addOption(json())
    .action(async (name: string, options) =>
      done(await (await import('./commands/run.ts')).run(context, name, options)),
    );

  addTestCommands({ program, context, done, command, timeout, json });

  ofInstance('exec <name> <argv...>', 'run a command in a container, or with the environment of a service')
    .usage('[options] <name> -- <command> [arguments...]')
    .passThroughOptions()
    .action(async (name: string, argv: string[], options) =>
      done(
        await (
          await import('./commands/exec.ts')
        ).exec(context, name, argv[0] === '--' ? argv.slice(1) : argv, options),
      ),
    );

  ofInstance('env [names...]', 'print the environment of a resource, secrets masked')
    .option('--reveal', 'print the secrets', false)
    .addOption(new Option('--write', 'write an env.d.ts per service for TypeScript instead').conflicts('reveal'))
    .addOption(json().conflicts('write'))
    .action(async (names: string[], options) =>
      done(await (await import('./commands/env.ts')).env(context, names, options)),
    );

  ofInstance('why <name>', 'say why a resource is, or is not, running')
    .addOption(json())
    .action(async (name: string, options) =>
      done(await (await import('./commands/why.ts')).why(context, name, options)),
    );

  ofInstance('reset <name>', 'remove the data of one server, after asking; it begins anew')
    .addOption(yes())
    .action(async (name: string, options) =>
      done(await (await import('./commands/reset.ts')).reset(context, name, options)),
    );

  const snapshot = command('snapshot', 'keep copies of the data of a server: save, restore, list');
  const config = (): Option => new Option('-c, --config <file>', 'config file, instead of looking for one');
  snapshot
    .command('save <name> [tag]')
    .description('stop it, copy its data, start it')
    .addOption(config())
    .addOption(instance())
    .action(async (name: string, tag: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).save(context, name, tag, options)),
    );
  snapshot
    .command('restore <name> [tag]')
    .description('put a copy back (the newest), after asking')
    .addOption(config())
    .addOption(instance())
    .addOption(yes())
    .action(async (name: string, tag: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).restore(context, name, tag, options)),
    );
  snapshot
    .command('list [name]')
    .description('what there is')
    .addOption(config())
    .addOption(instance())
    .addOption(json())
    .action(async (name: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).list(context, name, options)),
    );

  ofInstance('graph', 'print what depends on what')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'mermaid', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .action(async (options) => done(await (await import('./commands/graph.ts')).graph(context, options)));

  ofInstance('check', 'check the config, start nothing')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/check.ts')).check(context, options)));

  ofInstance('render', 'print the resolved stack as JSON')
    .addOption(json())
    .addOption(
      new Option('--target <target>', 'for whom addresses are resolved')
        .choices(['dev', 'compose', 'kind'])
        .default('dev'),
    )
    .action(async (options) => done(await (await import('./commands/render.ts')).render(context, options)));

  addSecretCommands({ context, done, command, json });
  addPromoteCommands({ context, done, command, json });

  ofInstance('doctor', 'look at this machine: Node, engine, runtimes, ports, file watches')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/doctor.ts')).doctor(context, options)));

  command('init', 'write a config from compose.yaml, Procfile, mprocs, process-compose, PM2 or package.json scripts')
    .option('--from <file>', 'read this file alone')
    .action(async (options) => done(await (await import('./commands/init.ts')).init(context, options)));

  command(
    'mcp',
    'serve the stack to agents and editors, by the Model Context Protocol on standard input and output',
  ).action(async (options) => done(await (await import('./commands/mcp.ts')).mcp(context, options)));

  program
    .command('completion')
    .description('print what completes words of devstack in a shell')
    .addArgument(new Argument('<shell>', 'for which').choices(SHELLS))
    .action(async (shell: Shell) => done(await (await import('./commands/completion.ts')).completion(context, shell)));
  program
    .command('__complete [words...]', { hidden: true })
    .passThroughOptions()
    .action(async (words: string[]) =>
      done(await (await import('./commands/completion.ts')).complete(context, program, words)),
    );

  return program;
}
