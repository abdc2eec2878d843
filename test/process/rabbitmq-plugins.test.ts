import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fewPlugins } from '../../src/kinds/rabbitmq-plugins.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "devstack it's plugins-")));
  app(
    'rabbit-4.1.0',
    '{application,rabbit,\n [{included_applications,[rabbitmq_top]},\n  {applications,[kernel,ranch,\n   ra]}]}.',
  );
  app('ranch-2.1.0', "{application, 'ranch', [{applications, [kernel,stdlib]}]}.");
  app('ra-2.2.0', '{application,ra,[{modules,[]}]}.');
  app(
    'rabbitmq_management-4.1.0',
    '{application,rabbitmq_management,[{applications,[rabbit,cowboy]},{env,[{a,[rabbitmq_top]}]}]}.',
  );
  app('cowboy-2.8.0', '{application,cowboy,[{applications,[ranch]}]}.');
  app('rabbitmq_top-4.1.0', '{application,rabbitmq_top,[{applications,[rabbitmq_management]}]}.');
  app('rabbitmq_mqtt-4.1.0', '{application,rabbitmq_mqtt,[{applications,[rabbit]}]}.');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const plugin = (folder: string): string => path.join(root, 'home/plugins', folder);

function app(folder: string, text: string): void {
  const ebin = path.join(plugin(folder), 'ebin');
  mkdirSync(ebin, { recursive: true });
  writeFileSync(path.join(ebin, `${folder.split('-')[0] ?? ''}.app`), text);
}

/** The plugins the server sees after a program of RabbitMQ began; what else is set where that says where they are. */
async function seen(enabled: string, program = 'rabbitmq-server', env = {}): Promise<readonly string[] | string> {
  const folder = path.join(root, 'few');
  const conf = path.join(root, 'env.conf');
  const enabledFile = path.join(root, 'enabled_plugins');
  writeFileSync(enabledFile, enabled);
  writeFileSync(conf, fewPlugins(folder, enabledFile));
  const { stdout } = await execa(
    'sh',
    ['-e', '-c', '. "$CONF"; printenv RABBITMQ_PLUGINS_DIR || true', `/opt/${program}`],
    {
      env: { CONF: conf, RABBITMQ_HOME: path.join(root, 'home'), ...env },
    },
  );
  if (stdout !== (program === 'rabbitmq-server' ? folder : '')) return stdout;
  for (const name of readdirSync(folder)) expect(readlinkSync(path.join(folder, name))).toBe(plugin(name));
  return readdirSync(folder);
}

const MORE = ['rabbitmq_mqtt-4.1.0', 'rabbitmq_top-4.1.0'];
const USUAL = ['cowboy-2.8.0', 'ra-2.2.0', 'rabbit-4.1.0', 'rabbitmq_management-4.1.0', 'ranch-2.1.0'];

test('a RabbitMQ server sees the plugins that are enabled and what they need, and all once they are asked for', async () => {
  expect(await seen('[rabbitmq_management].\n')).toEqual(USUAL);
  expect(await seen('[rabbitmq_management].\n', 'rabbitmqctl')).toEqual(USUAL);
  expect(await seen('[rabbitmq_management].\n', 'rabbitmq-plugins')).toEqual([...USUAL, ...MORE].sort());
  expect(await seen('[rabbitmq_management,rabbitmq_mqtt].')).toEqual([...USUAL, 'rabbitmq_mqtt-4.1.0'].sort());
  expect(await seen('[].')).toEqual(['ra-2.2.0', 'rabbit-4.1.0', 'ranch-2.1.0']);
});

test.each([
  ['a plugin is nowhere, or not unpacked', '[rabbitmq_delayed_message_exchange].', {}, ''],
  ['there are none where they should be', '[].', { RABBITMQ_HOME: '/nowhere' }, ''],
  ['somebody has decided', '[].', { RABBITMQ_PLUGINS_DIR: '/mine' }, '/mine'],
])('a RabbitMQ server sees all plugins when %s', async (_, enabled, env, expected) => {
  expect(await seen(enabled, 'rabbitmq-server', env)).toBe(expected);
});
