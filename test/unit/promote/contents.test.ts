import { expect, test } from 'vitest';
import { fileNames } from '../../../src/promote/contents.ts';

const namesOf = (...places: string[]) => Object.fromEntries(fileNames(places));

test('a file has its own name, and that of its folders where another one has it', () => {
  expect(namesOf('/etc/a/app.yaml', '/etc/b.json')).toEqual({ '/etc/a/app.yaml': 'app.yaml', '/etc/b.json': 'b.json' });
  expect(namesOf('/a/x.json', '/b/x.json')).toEqual({ '/a/x.json': 'a-x.json', '/b/x.json': 'b-x.json' });
});

test('no two have one name, also where dots are dashes', () => {
  expect(namesOf('/etc/a.json', '/etc/a-json')).toEqual({ '/etc/a.json': 'etc-a.json', '/etc/a-json': '2-etc-a-json' });
  expect(namesOf('/a-b/c', '/a/b-c', '/c', '/x/b-c')).toEqual({
    '/a-b/c': 'a-b-c',
    '/a/b-c': '2-a-b-c',
    '/c': 'c',
    '/x/b-c': 'x-b-c',
  });
});
