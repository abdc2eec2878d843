import { Option } from 'commander';
import type { CommandTable } from './promote-args.ts';

/** Those that have to do with values of secrets. */
export function addSecretCommands({ context, done, command, json }: CommandTable): void {
  const config = (): Option => new Option('-c, --config <file>', 'config file, instead of looking for one');
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
}
