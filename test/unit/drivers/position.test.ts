import { expect, test } from 'vitest';
import { BEGINNING, createSkip, PositionMarker } from '../../../src/drivers/container/position.ts';

const at = (seconds: number, nano = 0) =>
  `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.${String(nano).padStart(9, '0')}Z`;

/** What an engine gives from a time on: each message by itself, or, in newer ones, all after the first. */
const answers = {
  older: (log: readonly string[], since: string) => log.filter((time) => time >= since),
  newer: (log: readonly string[], since: string) => log.slice(log.findIndex((time) => time >= since)),
};

const logs = {
  'one time for all': Array.from({ length: 6 }, () => at(1)),
  'the same time in pairs': [at(1), at(1), at(2), at(2), at(3), at(3), at(4), at(4)],
  'two streams out of order': [
    at(1),
    at(1, 9),
    at(1, 5),
    at(3, 7),
    at(3, 2),
    at(3, 9),
    at(5, 5),
    at(5, 1),
    at(5, 6),
    at(5, 2),
  ],
  'many seconds': Array.from({ length: 20 }, (_, index) => at(index)),
};

for (const [name, log] of Object.entries(logs)) {
  test.each(['older', 'newer'] as const)(
    `${name}: a break at any place loses and doubles nothing (%s engine)`,
    (engine) => {
      for (let cut = 0; cut <= log.length; cut++) {
        const marker = new PositionMarker(BEGINNING);
        for (const time of log.slice(0, cut)) marker.pass(time);
        const isNew = createSkip(marker.position);
        const rest = answers[engine](log, marker.position.time).filter((time) => isNew({ time }));
        expect(rest).toEqual(log.slice(cut));
      }
    },
  );
}

test('where the engine has thrown messages away, those that are new are not left out', () => {
  const marker = new PositionMarker(BEGINNING);
  for (const second of [1, 1, 1, 1]) marker.pass(at(second));
  const isNew = createSkip(marker.position);
  expect([at(1), at(2), at(2)].filter((time) => isNew({ time }))).toEqual([at(2), at(2)]);
});

test('what is asked for again stays short', () => {
  const marker = new PositionMarker(BEGINNING);
  for (let second = 0; second < 60; second++) for (let nano = 0; nano < 1000; nano++) marker.pass(at(second, nano));
  expect(marker.position).toEqual({ time: at(58), count: 2000, latest: at(59, 999) });
});
