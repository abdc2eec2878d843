import type { Command, Option } from 'commander';
import type { Context } from './context.ts';
import { runtime, use } from './option-values.ts';

interface Table {
  readonly program: Command;
  readonly context: Context;
  readonly done: (exitCode: number) => void;
  readonly command: (usage: string, description: string) => Command;
  readonly timeout: () => Option;
  readonly json: () => Option;
}

/** What brings a stack up for a command or a program, and takes it down with it. */
export function addTestCommands({ program, context, done, command, timeout, json }: Table): void {
  command('test [argv...]', 'bring it up on an instance of its own, run a command with its addresses, take it down')
    .usage('[options] -- <command> [arguments...]')
    .option('--wait-for <names...>', 'what has to be ready before the command runs, instead of all')
    .option('--as <name>', 'give the command the environment of a service or task, too')
    .addOption(timeout())
    .addOption(runtime())
    .addOption(use())
    .option('--instance <name>', 'on this one, and keep its data')
    .option('--keep', 'leave the stack running')
    .addOption(json())
    .passThroughOptions()
    .action(async (argv: string[], given) =>
      done(await (await import('./commands/test.ts')).test(context, argv, given)),
    );

  program
    .command('__tether [names...]', { hidden: true })
    .option('-c, --config <file>')
    .option('--throw-away')
    .option('--events')
    .option('--wait-for <names...>')
    .addOption(timeout())
    .addOption(runtime())
    .addOption(use())
    .action(async (names: string[], given) =>
      done(await (await import('./commands/tether.ts')).tether(context, names, given)),
    );
}
