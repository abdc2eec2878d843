import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mariadb, minio, postgres, rabbitmq, secret, service, task } from '../../../../src/index.ts';
import { EXAMPLES, loadExample, promoteResources, promoteToCompose } from '../../../rig/promote.ts';

/** Of the compose specification: as the oldest compose that is asked for has it, and as it is today. */
const SCHEMAS = { 'compose 2.20': 'compose-2.20.json', 'compose of today': 'compose.json' };

function validatorOf(file: string) {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../schemas', file), 'utf8');
  // The older one names itself, its parts and its dialect as an older dialect did.
  const schema = JSON.parse(text, (key, value: unknown) =>
    ['$schema', '$id', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
  ) as Record<string, unknown>;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(schema);
  return (content: unknown) => (validate(content) ? [] : (validate.errors ?? []));
}

/** Compose looks at the schema once its variables are filled in. */
function filledIn(text: string): unknown {
  const filled = text
    .replace(/(?<!\$)\$\{\w+(?::(?:-([^}]*)|\?))?\}/g, (_all, fallback?: string) => fallback ?? 'x')
    .replaceAll('$$', '$');
  return parse(filled, { merge: true });
}

describe.each(Object.entries(SCHEMAS))('to the schema of %s', (_name, file) => {
  const errorsOf = validatorOf(file);

  test.each(EXAMPLES)('%s is valid', async (folder) => {
    expect(errorsOf(filledIn(promoteToCompose(await loadExample(folder)).text))).toEqual([]);
  });

  test('and so is a stack with everything in it', () => {
    const db = postgres();
    db.addDatabase('more');
    const api = service({
      build: { context: '.', target: 'x', platform: 'linux/amd64', args: { A: 'b' }, secrets: { key: secret('KEY') } },
      ports: { http: 8080, udp: { port: 53, protocol: 'udp' } },
      stopSignal: 'SIGINT',
      stopGracePeriod: '90s',
      restart: 'no',
      healthcheck: { command: ['test', '$X'], interval: '1500ms', startPeriod: '2m' },
      files: { '/etc/a.yaml': { url: db.url } },
      sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }],
      deploy: { public: true, resources: { requests: { cpu: '0.1' }, limits: { cpu: 2, memory: '1Gi' } } },
    });
    const move = task({ cwd: 'api', run: 'node move.mjs', retries: 3, dependsOn: db, schedule: '0 3 * * *' });
    const { text } = promoteResources({ db, other: mariadb(), mq: rabbitmq(), files: minio(), api, move });
    expect(errorsOf(filledIn(text))).toEqual([]);
  });

  test('a file that is none is found out', () => {
    expect(errorsOf({ services: { api: { image: 1, nonsense: true } } })).not.toEqual([]);
  });
});
