import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Screen } from '../rig/screen.ts';
import { createTuiRig } from '../rig/tui.ts';

interface Holder extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** A process that is not ours and listens on a port. */
async function holdPort(): Promise<Holder> {
  const code = `require('node:net').createServer().listen(0, function () { console.log(this.address().port); });`;
  const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, ['-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [first]: unknown[] = await once(child.stdout, 'data');
  return {
    port: Number(String(first)),
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const hasNot = (text: string) => (screen: Screen) => !screen.text().join('\n').includes(text);

const listens = (port: number): string =>
  `const shop = service({ dev: "node -e 'require(\\"node:http\\").createServer().listen(process.env.PORT)'", port: ${port} });`;

test('a port that is taken: by whom, and s ends that process once asked', async () => {
  await using holder = await holdPort();
  await using rig = await createTuiRig({ more: listens(holder.port), resources: ['shop'], until: 'shop has failed' });
  const { screen } = rig;
  await screen.until(`pid ${holder.pid}`);
  // The card came by itself: until it can have been read it has no keys.
  screen.press('escape');
  await screen.until(hasNot('shop has failed'));
  screen.press('end', 'c', 's');
  await screen.until(`Stop node (pid ${holder.pid})?`);
  screen.press('n', 'c', 's', 'y');
  await screen.until(`process ${holder.pid} has ended`);
  await screen.until(/all 3 ready/);
});

test('a port that is taken: u takes another', async () => {
  await using holder = await holdPort();
  await using rig = await createTuiRig({ more: listens(holder.port), resources: ['shop'], until: 'shop has failed' });
  const { screen } = rig;
  screen.press('escape');
  await screen.until(hasNot('shop has failed'));
  screen.press('c');
  await screen.until('use another port');
  screen.press('u');
  await screen.until(/all 3 ready/);
  expect(screen.text().join('\n')).not.toContain(`:${holder.port} `);
});

test('while services flood keys are answered, and no line is missing', async () => {
  const LINES = 150_000;
  await using rig = await createTuiRig();
  const { screen } = rig;
  const flooding = Promise.all(['api', 'web'].map((name) => rig.child(name).do('flood', { lines: LINES, width: 100 })));
  await screen.until(/(?:api|web) 00\d{6} /);
  for (let turn = 0; turn < 5; turn++) {
    screen.press('?');
    await screen.until('╭─ Keys');
    screen.press('escape');
    await screen.until(hasNot('╭─ Keys'));
  }
  await flooding;
  await screen.until(String(LINES - 1).padStart(8, '0'));
  expect(await rig.quit()).toMatchObject({ code: 0, signal: 0 });
  for (const name of ['api', 'web']) {
    const folder = path.join(rig.folder, '.devstack/logs', name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.log'));
    const log = files.toSorted().map((file) => readFileSync(path.join(folder, file), 'latin1'));
    const numbers = [...log.join('').matchAll(new RegExp(`^${name} (\\d{8}) `, 'gm'))].map((match) => Number(match[1]));
    expect(numbers).toEqual(Array.from({ length: LINES }, (_, at) => at));
  }
});

test('keys go to a service that has a terminal, until they are taken back', async () => {
  const shell = `const shell = worker({ dev: "sh -c 'stty -a | grep -o columns.*[0-9]; exec sh -i'", tty: true, env: { PS1: 'ask> ' } });`;
  await using rig = await createTuiRig({ more: shell, resources: ['shell'] });
  const { screen } = rig;
  screen.press('end', 'I');
  await screen.until('keys go to shell');
  await screen.until('ask> ');
  screen.type('echo q$((40 + 2))x');
  screen.press('enter');
  await screen.until('q42x');
  // A key that is one of ours elsewhere.
  screen.type('sh -c "echo up$((1 + 1)); sleep 100"');
  screen.press('enter');
  // Before it has the terminal the key would be the shell's.
  await screen.until('up2');
  screen.press('ctrl-c');
  screen.type('echo still$((1 + 1))here');
  screen.press('enter');
  await screen.until('still2here');
  screen.press('ctrl-a');
  await screen.until('? help');
  expect(await rig.quit()).toMatchObject({ code: 0, signal: 0 });
});
