import { Command, Option } from 'commander';
import type { Context } from './context.ts';
import { duration, moment, pattern, platforms, tag, wholeNumber } from './option-values.ts';

/** The command table: names, flags and help. What a command does is loaded when it is asked for. */
export function createProgram(context: Context, done: (exitCode: number) => void): Command {
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

  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .showHelpAfterError(`Help: devstack ${usage.split(' ')[0] ?? ''} --help`)
      .addOption(new Option('-c, --config <file>', 'config file, instead of looking for one'));
  const json = (): Option => new Option('--json', 'print JSON');
  const wait = (): Option => new Option('--wait', 'return when it is ready or has failed');
  const yes = (): Option => new Option('-y, --yes', 'do not ask');
  const timeout = (): Option =>
    new Option('--timeout <duration>', 'give up waiting after this long, for example 90s')
      .argParser(duration)
      .default(300_000, '5m');
  const runtime = (): Option =>
    new Option('--runtime <runtime>', 'how servers run, for all of them').choices([
      'auto',
      'docker',
      'native',
      'embedded',
    ]);

  command('up [names...]', 'start the stack, or the named resources and what they need')
    .option('--no-deps', 'start only what is named')
    .addOption(runtime())
    .addOption(new Option('-d, --detach', 'run in the background and return; with --wait when all is ready'))
    .addOption(new Option('--wait', 'stop everything and fail unless all is ready in time'))
    .addOption(timeout())
    .addOption(new Option('--no-watch', 'do not restart on changes of files'))
    .addOption(new Option('--plain', 'a stream of lines, also on a terminal'))
    .addOption(json().conflicts('detach'))
    .action(async (names: string[], options) =>
      done(await (await import('./commands/up.ts')).up(context, names, options)),
    );

  command('down', 'stop what runs; remove containers and network')
    .option('--volumes', 'remove the data too, after asking')
    .addOption(yes())
    .action(async (options) => done(await (await import('./commands/down.ts')).down(context, options)));

  command('ps', 'list the resources and their state')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/ps.ts')).ps(context, options)));

  command('logs [names...]', 'print logs, also after everything has stopped')
    .option('-f, --follow', 'go on with what comes', false)
    .addOption(new Option('-n, --tail <lines>', 'only the last lines').argParser(wholeNumber))
    .addOption(new Option('--since <when>', 'only from then on: 10m ago, or a date and time').argParser(moment))
    .addOption(new Option('--grep <pattern>', 'only lines that match the regular expression').argParser(pattern))
    .option('-t, --timestamps', 'put the time before each line', false)
    .addOption(json())
    .action(async (names: string[], options) =>
      done(await (await import('./commands/logs.ts')).logs(context, names, options)),
    );

  for (const kind of ['start', 'stop', 'restart'] as const) {
    command(`${kind} <names...>`, `${kind} resources of a running stack`)
      .addOption(wait())
      .addOption(timeout())
      .action(async (names: string[], options) =>
        done(await (await import('./commands/control.ts')).control(context, kind, names, options)),
      );
  }

  command('run <task>', 'run a task, with what it needs')
    .addOption(runtime())
    .addOption(new Option('--timeout <duration>', 'stop it after this long, for example 90s').argParser(duration))
    .action(async (name: string, options) =>
      done(await (await import('./commands/run.ts')).run(context, name, options)),
    );

  command('exec <name> <argv...>', 'run a command in a container, or with the environment of a service')
    .usage('[options] <name> -- <command> [arguments...]')
    .passThroughOptions()
    .action(async (name: string, argv: string[], options) =>
      done(
        await (
          await import('./commands/exec.ts')
        ).exec(context, name, argv[0] === '--' ? argv.slice(1) : argv, options),
      ),
    );

  command('env <name>', 'print the environment of a resource, secrets masked')
    .option('--reveal', 'print the secrets', false)
    .addOption(json())
    .action(async (name: string, options) =>
      done(await (await import('./commands/env.ts')).env(context, name, options)),
    );

  command('why <name>', 'say why a resource is, or is not, running')
    .addOption(json())
    .action(async (name: string, options) =>
      done(await (await import('./commands/why.ts')).why(context, name, options)),
    );

  command('reset <name>', 'remove the data of one server, after asking; it begins anew')
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
    .action(async (name: string, tag: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).save(context, name, tag, options)),
    );
  snapshot
    .command('restore <name> [tag]')
    .description('put a copy back (the newest), after asking')
    .addOption(config())
    .addOption(yes())
    .action(async (name: string, tag: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).restore(context, name, tag, options)),
    );
  snapshot
    .command('list [name]')
    .description('what there is')
    .addOption(config())
    .addOption(json())
    .action(async (name: string | undefined, options) =>
      done(await (await import('./commands/snapshot.ts')).list(context, name, options)),
    );

  command('graph', 'print what depends on what')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'mermaid', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .action(async (options) => done(await (await import('./commands/graph.ts')).graph(context, options)));

  command('check', 'check the config, start nothing')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/check.ts')).check(context, options)));

  command('render', 'print the resolved stack as JSON')
    .addOption(json())
    .addOption(
      new Option('--target <target>', 'for whom addresses are resolved')
        .choices(['dev', 'compose', 'kind'])
        .default('dev'),
    )
    .action(async (options) => done(await (await import('./commands/render.ts')).render(context, options)));

  const secret = command('secret', 'values of secrets, kept out of files for git and out of the history of the shell');
  const target = (): Option =>
    new Option('--target <target>', 'for which it is').choices(['dev', 'compose', 'kubernetes']).default('dev');
  secret
    .command('set <name>')
    .description('read the value from standard input, or ask for it')
    .addOption(config())
    .addOption(target())
    .action(async (name: string, options) =>
      done(await (await import('./commands/secret.ts')).set(context, name, options)),
    );
  secret
    .command('list')
    .description('which have a value, for which target; no value is shown')
    .addOption(config())
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/secret.ts')).list(context, options)));
  secret
    .command('rm <name>')
    .description('forget a value')
    .addOption(config())
    .addOption(target())
    .action(async (name: string, options) =>
      done(await (await import('./commands/secret.ts')).rm(context, name, options)),
    );

  command('promote', 'write files that run the stack without devstack: images and an orchestration')
    .addOption(
      new Option('--to <target>', 'what is to run it').choices(['compose', 'kubernetes']).makeOptionMandatory(),
    )
    .option('-o, --output <folder>', 'where files go; the default is deploy/compose or deploy/k8s')
    .addOption(new Option('--only <part>', 'a part of the stack (compose)').choices(['infra']))
    .option('--up', 'build, start, wait until all is healthy, and ask every public address (compose)', false)
    .option('--down', 'stop and remove what --up started; volumes stay (compose)', false)
    .option('--diff', 'say what would change; exit code 1 if anything', false)
    .option('--check', 'hold it against the rules, write nothing', false)
    .option('--explain', 'say thing by thing what is the same and what is not', false)
    .option('--stdout', 'print the file, write nothing', false)
    .option('--strict', 'what cannot be carried over is an error', false)
    .action(async (options) => done(await (await import('./commands/promote.ts')).promote(context, options)));

  command('build [names...]', 'build the images of the promoted stack, under the names its compose file has')
    .option('--push', 'bring them to promote.compose.registry', false)
    .option('--tag <tag>', 'instead of that of the commit; `dev` is that of the base for Kubernetes', tag)
    .option('--platform <platforms>', 'linux/arm64, say; several (a,b) take docker buildx and --push', platforms)
    .addOption(json())
    .action(async (names: string[], options) =>
      done(await (await import('./commands/build.ts')).build(context, names, options)),
    );

  const images = command('images', 'list the images promotion uses and does not make, and whether they are locked')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/images.ts')).list(context, options)));
  images
    .command('update')
    .description('ask the registries what their tags mean now, and keep that in devstack.images.lock')
    .addOption(config())
    .action(async (options) => done(await (await import('./commands/images.ts')).update(context, options)));

  command('lint', 'hold manifests of Kubernetes against rules; exit code 1 on a violation without an exemption')
    .addOption(
      new Option(
        '-f, --file <paths...>',
        'files, folders with all that is in them, - for standard input',
      ).makeOptionMandatory(),
    )
    .addOption(json())
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, for code scanning').conflicts('json'))
    .action(async (options) => done(await (await import('./commands/lint.ts')).lint(context, options)));

  command('doctor', 'look at this machine: Node, engine, runtimes, ports, file watches')
    .addOption(json())
    .action(async (options) => done(await (await import('./commands/doctor.ts')).doctor(context, options)));

  command('init', 'write the smallest config from package.json scripts and workspaces').action(async () =>
    done(await (await import('./commands/init.ts')).init(context)),
  );

  return program;
}
