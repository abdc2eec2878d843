import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mongodbCopy, mysqlCopy, redisCopy } from '../../src/kinds/data-copy.ts';

// No MongoDB is to be had here: what its programs are given is recorded by others of the same names.
const RECORDS = `#!/bin/bash
printf '%s\\n' "$(basename "$0")" "$@" >>"$RECORD"
for word; do case $word in --config=*) cat "\${word#--config=}" >>"$RECORD" ;; esac; done
case $0 in */mongorestore) printf 'read %s\\n' "$(cat)" >>"$RECORD" ;; *) printf 'said' ;; esac
`;
const LOGIN = { MONGO_INITDB_ROOT_USERNAME: 'app', MONGO_INITDB_ROOT_PASSWORD: 'a"b\\c' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-copy-'));
  mkdirSync(path.join(folder, 'bin'));
  for (const program of ['mongodump', 'mongorestore', 'mongosh'])
    writeFileSync(path.join(folder, 'bin', program), RECORDS, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(
  script: string,
  env: Record<string, string>,
  input = '',
): { readonly said: string; readonly given: string } {
  const record = path.join(folder, 'record');
  rmSync(record, { force: true });
  const PATH = `${path.join(folder, 'bin')}:${process.env['PATH']}`;
  const ran = spawnSync('bash', ['-c', script, 'bash', 'shop'], {
    env: { ...process.env, PATH, RECORD: record, ...env },
    input,
    encoding: 'utf8',
  });
  expect([ran.stderr, ran.status]).toEqual(['', 0]);
  return { said: ran.stdout, given: readFileSync(record, 'utf8') };
}

test('the tools of MongoDB are told the password by a file that is on no disk, and the data goes through them', () => {
  const login = /--username=app\n--authenticationDatabase=admin\n--config=\/dev\/fd\/\d+\n/;
  const dumped = run(mongodbCopy.dump, LOGIN);
  expect(dumped.said).toBe('said');
  expect(dumped.given).toMatch(
    new RegExp(`^mongodump\n--quiet\n--archive\n${login.source}--db=shop\npassword: "a\\\\"b\\\\\\\\c"\n$`),
  );
  const restored = run(mongodbCopy.restore, LOGIN, 'an archive');
  expect(restored.given).toMatch(
    new RegExp(`${login.source}--nsInclude=shop\\.\\*\npassword: "a\\\\"b\\\\\\\\c"\nread an archive\n$`),
  );
});

test('its shell gets database and login from variables', () => {
  for (const script of [mongodbCopy.filled, mongodbCopy.whole.kind === 'cleared' ? mongodbCopy.whole.clear : '']) {
    const { given } = run(script, LOGIN);
    expect(given).toMatch(/^mongosh\n--quiet\n--eval\nconst \{/);
    expect(given).not.toContain('a"b');
    // It is a program.
    expect(() => new Script(given.split('\n').slice(3).join('\n'))).not.toThrow();
  }
});

test('a server that does not answer, or refuses, is not taken for an empty one', () => {
  const write = (program: string, script: string): void =>
    writeFileSync(path.join(folder, 'bin', program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const ask = (script: string) => {
    const PATH = `${path.join(folder, 'bin')}:${process.env['PATH']}`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', 'shop'], {
      env: { ...process.env, PATH },
      input: '',
      encoding: 'utf8',
    });
    return [status === 0, stdout, stderr];
  };
  const { filled } = redisCopy('redis-cli');
  write('redis-cli', "printf '# Keyspace\\r\\ndb0:keys=3,expires=0\\r\\n'");
  expect(ask(filled)).toEqual([true, 'db0\t3\n', '']);
  write('redis-cli', "printf '# Keyspace\\r\\n'");
  expect(ask(filled)).toEqual([true, '', '']);
  write('redis-cli', 'echo NOAUTH Authentication required.');
  expect(ask(filled)).toEqual([false, '', 'NOAUTH Authentication required.\n']);
  write('redis-cli', 'echo Could not connect >&2; exit 1');
  expect(ask(filled)).toEqual([false, '', 'Could not connect\n']);
  // The first question finds nobody, the second one does.
  write('mariadb', `for word; do case $word in SELECT*) echo gone >&2; exit 1 ;; esac; done; cat >/dev/null`);
  expect(ask(mysqlCopy('MARIADB', 'mariadb', 'mariadb-dump').filled)).toEqual([false, '', 'gone\n']);
});

test('a collection may have the name of what the shell can do with a database', () => {
  const { given } = run(mongodbCopy.filled, {});
  const printed: string[] = [];
  const collection = { countDocuments: () => 2 };
  const own = { getCollectionNames: () => ['stats'], stats: () => ({}), getCollection: () => collection };
  new Script(given.split('\n').slice(3).join('\n')).runInNewContext({
    process: { env: { DATABASE: 'shop' } },
    db: { getSiblingDB: () => own },
    print: (line: string) => printed.push(line),
  });
  expect(printed).toEqual(['stats\t2']);
});
