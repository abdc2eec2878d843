// Checked by the compiler: every line below @ts-expect-error must be an error, everything else none.
import { StackError, up, type RunningStack } from 'devstack/testing';

await using any = await up({
  cwd: '.',
  names: ['api'],
  timeout: 1_000,
  env: { A: '1', B: undefined },
  use: { api: 'container' },
});
any.url('whatever').toUpperCase();
any.port('api', 'grpc').toFixed();
void (await any.logs('api')).join();

const named: RunningStack<'api' | 'db'> = await up<'api' | 'db'>({ instance: 'e2e' });
named.url('db');
// @ts-expect-error no such resource was named
named.url('dbb');
// @ts-expect-error seconds are written in milliseconds
await up({ timeout: '5s' });
// @ts-expect-error Did you mean 'cwd'?
await up({ cdw: '.' });

const error = new Error() as unknown;
if (error instanceof StackError) {
  const code: string = error.code;
  void [code, error.failures[0]?.code, error.troubles[0]?.lines.join()];
}
