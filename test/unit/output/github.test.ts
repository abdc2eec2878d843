import { expect, test } from 'vitest';
import { annotationOf, annotationsOf, errorCommand, groupCommands } from '../../../src/output/github.ts';

test('texts are escaped as the runner reads them back', () => {
  const place = { file: 'a,b:c%.ts', line: 3, column: 7 };
  expect(errorCommand({ title: 'api: 50 %, or\nso', message: '100 %\r\n::error::no, a:b', place })).toBe(
    '::error title=api%3A 50 %25%2C or%0Aso,file=a%2Cb%3Ac%25.ts,line=3,col=7::100 %25%0D%0A::error::no, a:b',
  );
  expect(errorCommand({ title: 't', message: 'm' })).toBe('::error title=t::m');
});

test('what a log says is no command', () => {
  expect(groupCommands('The log of 100 %', ['::add-mask::x', '##[set-env name=A;]b'], 'nobody-knows')).toEqual([
    '::group::The log of 100 %25',
    '::stop-commands::nobody-knows',
    '::add-mask::x',
    '##[set-env name=A;]b',
    '::nobody-knows::',
    '::endgroup::',
  ]);
});

test('each problem of a config is told at its line', () => {
  const problems = [
    { code: 'unknown-option', at: 'devstack.config.ts:12', message: 'api.prot: no such option.' },
    { code: 'cycle', message: 'a needs b needs a.' },
    { code: 'env-file-missing', at: '.env', message: 'no such file.' },
  ];
  expect(annotationsOf({ code: 'config-invalid', problems })).toEqual([
    {
      title: 'devstack: unknown-option',
      message: problems[0]?.message,
      place: { file: 'devstack.config.ts', line: 12 },
    },
    { title: 'devstack: cycle', message: problems[1]?.message },
    { title: 'devstack: env-file-missing', message: problems[2]?.message, place: { file: '.env' } },
  ]);
});

test('a failure is told at the place its output names, else at its own', () => {
  const failure = { code: 'image-build-failed', resource: 'api', at: 'api/Dockerfile:4', reason: 'no' } as const;
  const trouble = { name: 'api', failure, why: 'api was not built\nbecause', lines: [] };
  expect(annotationOf(trouble)).toEqual({
    title: 'api was not built',
    message: 'api was not built\nbecause',
    place: { file: 'api/Dockerfile', line: 4 },
  });
  expect(annotationOf({ ...trouble, place: { file: 'src/a.ts', line: 1 } }).place).toEqual({
    file: 'src/a.ts',
    line: 1,
  });
  expect(annotationsOf({ code: 'not-running', instance: 'shop-1' })).toMatchObject([
    { title: expect.stringContaining('shop-1'), message: expect.stringContaining('\n') },
  ]);
});
