import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { FailureError } from '../../core/failure.ts';
import { storedSecrets, storeSecret } from '../../project/secrets.ts';
import { lockTaker } from '../../system/processes.ts';
import { findCheckout } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

type Target = 'dev' | 'compose' | 'kubernetes';
interface TargetOptions extends CommonOptions {
  readonly target: Target;
}

/** The value never is an argument: those are in the history of the shell and in the list of processes. */
export async function set(context: Context, name: string, options: TargetOptions): Promise<number> {
  const { paths } = findCheckout(context, options);
  const value = process.stdin.isTTY ? await ask(name) : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (value === '') throw usage(`no value for ${name} came on standard input, and nothing was set`);
  const isNew = !storeSecret(paths, options.target, { name, value }, lockTaker());
  context.say(`${isNew ? 'set' : 'changed'} ${name} for ${options.target}`);
  return EXIT.ok;
}

export async function list(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  const { paths } = findCheckout(context, options);
  const targets: readonly Target[] = ['dev', 'compose', 'kubernetes'];
  const found = targets.flatMap((target) =>
    Object.keys(storedSecrets(paths, target)).map((name) => ({ name, target })),
  );
  if (options.json) context.print(JSON.stringify(found, undefined, 2));
  else for (const { name, target } of found) context.print(`${target.padEnd(10)}  ${name}`);
  return Promise.resolve(EXIT.ok);
}

export async function rm(context: Context, name: string, options: TargetOptions): Promise<number> {
  const { paths } = findCheckout(context, options);
  if (!Object.hasOwn(storedSecrets(paths, options.target), name))
    throw usage(`there is no value for ${name} kept for ${options.target}; devstack secret list shows what there is`);
  storeSecret(paths, options.target, { name, value: undefined }, lockTaker());
  context.say(`removed ${name} for ${options.target}`);
  return Promise.resolve(EXIT.ok);
}

function usage(message: string): FailureError {
  return new FailureError({ code: 'usage', message });
}

/** Typed without being shown. */
async function ask(name: string): Promise<string> {
  process.stderr.write(`${name}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const gone = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(''), gone]);
  asking.close();
  process.stderr.write('\n');
  return answer;
}
