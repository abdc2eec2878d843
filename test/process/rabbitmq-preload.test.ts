import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preload, PRELOAD_SCRIPT } from '../../src/kinds/rabbitmq-preload.ts';

const { exitCode } = await execa('sh', ['-c', 'command -v erl'], { reject: false });
const why = exitCode === 0 ? '' : ' (skipped: Erlang is not installed)';
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "devstack it's (preload)-")));
  app('rabbit', '{modules,[ftp_progress,xref]},{applications,[kernel,needed]},{included_applications,[other]}');
  app('rabbitmq_top', '{modules,[cover]},{applications,[rabbit]}');
  app('needed', '{modules,[eprof]},{applications,[nowhere,rabbit]}');
  app('other', '{modules,[fprof]}');
  writeFileSync(path.join(root, 'preload.script'), PRELOAD_SCRIPT);
  writeFileSync(path.join(root, 'enabled_plugins'), '[rabbitmq_top].\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function app(name: string, keys: string): void {
  const ebin = path.join(root, 'plugins', name, 'ebin');
  mkdirSync(ebin, { recursive: true });
  writeFileSync(path.join(ebin, `${name}.app`), `{application,${name},[${keys}]}.`);
}

/** What Erlang says that is started as `program` would. */
async function said(program: string): Promise<string> {
  const conf = path.join(root, 'env.conf');
  writeFileSync(conf, preload(path.join(root, 'preload.script'), path.join(root, 'enabled_plugins')));
  const asked =
    'io:format("~w ~w",[[M||M<-[xref,cover,eprof,fprof],code:is_loaded(M)=/=false],erlang:system_info(schedulers_online)]),halt().';
  const { stdout } = await execa('sh', ['-e', '-c', '. "$CONF"; exec erl -noshell -eval "$ASKED"', program], {
    env: { CONF: conf, ASKED: asked, ERL_LIBS: path.join(root, 'plugins'), ERL_AFLAGS: '+S 2:2' },
  });
  return stdout;
}

describe.skipIf(why !== '')(`what a RabbitMQ server loads before it begins${why}`, () => {
  test('the modules of all it needs, and then it has its processors back', async () => {
    expect(await said('/opt/rabbitmq/sbin/rabbitmq-server')).toBe('[xref,cover,eprof] 2');
  });

  test('nothing for its tools', async () => {
    expect(await said('/opt/rabbitmq/sbin/rabbitmqctl')).toBe('[] 2');
  });

  test.each([
    ['its plugins cannot be read', 'enabled_plugins', '[rabbitmq_top'],
    ['the script is broken', 'preload.script', 'code:'],
  ])('it starts as well when %s', async (_, file, text) => {
    writeFileSync(path.join(root, file), text);
    expect(await said('/opt/rabbitmq/sbin/rabbitmq-server')).toBe('[] 2');
  });
});
