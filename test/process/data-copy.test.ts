import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mongodbCopy } from '../../src/kinds/data-copy.ts';

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
