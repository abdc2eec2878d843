import { expect, test } from 'vitest';
import { baseOf, probeOf, userOf } from '../../../../src/promote/docker/base.ts';

test.each([
  ['FROM node:22', undefined, 'node:22'],
  ['FROM --platform=$BUILDPLATFORM golang:1 AS Build\nFROM alpine:3', undefined, 'alpine:3'],
  ['FROM alpine:3 AS base\nFROM golang:1 AS build\nfrom base as last', undefined, 'alpine:3'],
  ['FROM node:22 AS dev\nFROM scratch', 'dev', 'node:22'],
  ['FROM node:22 AS node:22', undefined, 'node:22'],
  ['# FROM nothing', undefined, undefined],
])('%j with target %s is made from %s', (dockerfile, target, base) => {
  expect(baseOf(dockerfile, target)).toBe(base);
});

test.each([
  ['node:22-slim', 'node'],
  ['registry.example.com:5000/library/node', 'node'],
  ['python:3.13@sha256:12', 'python'],
  ['nginx:1.29-alpine', 'wget'],
  ['alpine', 'wget'],
  ['debian:trixie-slim', 'any'],
  ['nodered/node-red:4', 'any'],
  ['${BASE}', 'any'],
  [undefined, 'any'],
  ['scratch', undefined],
  ['gcr.io/distroless/static-debian12:nonroot', undefined],
])('%s is asked with %s', (base, probe) => {
  expect(probeOf(base)).toBe(probe);
});

test.each([
  ['FROM node:22\nUSER node', undefined, { user: 1000, group: 1000 }],
  ['FROM alpine:3\nUSER 10001:20', undefined, { user: 10001, group: 20 }],
  ['FROM alpine:3\nUSER 5\nFROM alpine:3', undefined, undefined],
  ['FROM alpine:3 AS Run(\nUSER 5\nUSER 7\nFROM alpine:3\nUSER 9', 'run(', { user: 7, group: 7 }],
  ['FROM alpine:3\nUSER root', undefined, undefined],
  ['FROM alpine:3\nUSER somebody', undefined, undefined],
])('of %j with target %s the user is %o', (text, target, user) => {
  expect(userOf(text, target)).toEqual(user);
});
