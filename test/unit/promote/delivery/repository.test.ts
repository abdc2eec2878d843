import { expect, test } from 'vitest';
import { githubName, httpsUrl } from '../../../../src/promote/delivery/repository.ts';

test.each([
  ['git@github.com:acme/shop.git', 'https://github.com/acme/shop.git'],
  ['github.com:acme/shop', 'https://github.com/acme/shop.git'],
  ['https://github.com/acme/shop', 'https://github.com/acme/shop.git'],
  ['https://someone:token@github.com/acme/shop.git/', 'https://github.com/acme/shop.git'],
  ['ssh://git@git.example.com:2222/acme/shop.git', 'https://git.example.com/acme/shop.git'],
  ['https://git.example.com:8443/a/b/c.git', 'https://git.example.com:8443/a/b/c.git'],
  ['git://git.example.com/shop.git', 'https://git.example.com/shop.git'],
  ['/srv/git/shop.git', undefined],
  ['../shop', undefined],
  ['file:///srv/git/shop.git', undefined],
  ['C:\\git\\shop', undefined],
  ['https://github.com/', undefined],
])('%s is read as %s', (remote, url) => {
  expect(httpsUrl(remote)).toBe(url);
});

test('the name of a repository at GitHub, and of no other', () => {
  expect(githubName('https://github.com/Acme/shop.js.git')).toBe('Acme/shop.js');
  expect(githubName('https://gitlab.com/acme/shop.git')).toBeUndefined();
});
