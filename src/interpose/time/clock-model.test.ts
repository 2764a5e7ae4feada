import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WallCourse } from '../../model/clock-change.js';
import { ChangedWall } from './changed-wall.js';
import { RatedClock } from './rated-clock.js';

const rates = fc.double({ min: 0.001, max: 1_000, noNaN: true });
const spans = fc.double({ min: 0, max: 1e7, noNaN: true });

test('a rated clock never goes back, also when its rate changes, and goes on from where it was', () => {
  const steps = fc.array(fc.record({ span: spans, rate: fc.option(rates, { nil: null }) }), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(spans, steps, (origin, list) => {
      const clock = new RatedClock();
      let real = origin;
      let last = clock.at(real);
      expect(last).toBe(real);
      for (const { span, rate } of list) {
        real += span;
        const now = clock.at(real);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
        if (rate === null) continue;
        clock.setRate(rate, real);
        expect(clock.at(real)).toBe(now);
      }
      clock.reset();
      expect(clock.at(real)).toBe(real);
    }),
  );
});

test('a rated clock goes as fast as its rate', () => {
  fc.assert(
    fc.property(spans, rates, spans, (real, rate, span) => {
      const clock = new RatedClock();
      clock.setRate(rate, real);
      const gone = clock.at(real + span) - clock.at(real);
      expect(Math.abs(gone - span * rate)).toBeLessThanOrEqual(1e-6 + span * rate * 1e-6 + rate * 1e-6);
    }),
  );
});

const wholeMs = fc.integer({ min: 1, max: 1e9 });
const courses: fc.Arbitrary<WallCourse> = fc.oneof(
  fc.record({ mode: fc.constant('offset' as const), offsetMs: fc.integer({ min: -1e12, max: 1e12 }) }),
  fc.record({
    mode: fc.constant('step' as const),
    offsetMs: fc.integer({ min: -1e6, max: 1e6 }),
    everyMs: wholeMs,
  }),
  fc.record({ mode: fc.constant('freeze' as const) }),
  fc.record({
    mode: fc.constant('strobe' as const),
    offsetMs: fc.integer({ min: -1e9, max: 1e9 }),
    everyMs: wholeMs,
  }),
  fc.record({ mode: fc.constant('rate' as const), rate: rates }),
);

class HandClock {
  atMs = 0;
  readonly wallMs = () => Math.floor(1_700_000_000_000 + this.atMs);
  readonly nowMs = () => 5_000 + this.atMs;
}

test('whatever courses a wall clock was on, in whatever order they were left: it is the real one after the last', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(courses, spans, fc.nat()), { maxLength: 8 }), (list) => {
      const real = new HandClock();
      const wall = new ChangedWall(real);
      const readReal = wall.now;
      const leaves = list.map(([course, span]) => {
        real.atMs += span;
        return wall.follow(course);
      });
      const inOrder = leaves.toSorted(
        (a, b) => (list[leaves.indexOf(a)]?.[2] ?? 0) - (list[leaves.indexOf(b)]?.[2] ?? 0),
      );
      for (const leave of inOrder) {
        expect(Number.isInteger(wall.now())).toBe(true);
        leave();
        leave();
      }
      expect(wall.now).toBe(readReal);
      expect(wall.now()).toBe(real.wallMs());
    }),
  );
});

test('courses add up', () => {
  const real = new HandClock();
  const wall = new ChangedWall(real);
  const seen = () => wall.now() - real.wallMs();

  const leaveOffset = wall.follow({ mode: 'offset', offsetMs: 1_000 });
  expect(seen()).toBe(1_000);
  const leaveStep = wall.follow({ mode: 'step', offsetMs: 10, everyMs: 100 });
  const steps = [0, 99, 100, 250].map((atMs) => {
    real.atMs = atMs;
    return seen();
  });
  expect(steps).toEqual([1_010, 1_010, 1_020, 1_030]);
  leaveOffset();
  expect(seen()).toBe(30);
  leaveStep();

  const leaveStrobe = wall.follow({ mode: 'strobe', offsetMs: -500, everyMs: 100 });
  const flips = [250, 349, 350, 449, 450].map((atMs) => {
    real.atMs = atMs;
    return seen();
  });
  expect(flips).toEqual([-500, -500, 0, 0, -500]);
  leaveStrobe();

  real.atMs = 1_000;
  const leaveFreeze = wall.follow({ mode: 'freeze' });
  real.atMs = 61_000;
  expect(seen()).toBe(-60_000);
  leaveFreeze();

  const leaveRate = wall.follow({ mode: 'rate', rate: 10 });
  real.atMs += 0.5;
  expect(seen()).toBe(5);
  real.atMs += 999.5;
  expect(seen()).toBe(9_000);
  leaveRate();
  expect(seen()).toBe(0);
});

test('a wall clock at another rate never goes back', () => {
  fc.assert(
    fc.property(
      rates,
      fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 50 }),
      (rate, list) => {
        const real = new HandClock();
        const wall = new ChangedWall(real);
        real.atMs = 0.7;
        wall.follow({ mode: 'rate', rate });
        let last = wall.now();
        for (const span of list) {
          real.atMs += span;
          const now = wall.now();
          expect(now).toBeGreaterThanOrEqual(last);
          last = now;
        }
      },
    ),
  );
});
