import { expect, test } from 'vitest';
import { revisionOf } from '../../../src/cli/promote/buildable.ts';

test('the commit is a label of images with a Dockerfile of devstack', () => {
  const generated = { file: '/x/Dockerfile', text: '', ignore: '' };
  const image = 'registry.example.com:5000/shop/api:3f9c2a1b7d04';
  expect(revisionOf({ image, generated })).toEqual({ REVISION: '3f9c2a1b7d04' });
  expect(revisionOf({ image })).toEqual({});
  expect(revisionOf({ image: 'registry.example.com:5000/shop/api', generated })).toEqual({});
});
