import { expect, test } from 'vitest';
import { decisions } from '../../model/decide.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { openCallRule } from '../call-rule.js';
import { findCallSites } from '../find-call-sites.js';
import { waitEffect } from './wait-effect.js';

test.each(['promise-gate', 'circular-wait'] as const)(
  '%s: calls go on a second after the time that the fault has, even if nobody ends it',
  async (on) => {
    const db = { query: async (n: number) => n };
    const clock = new VirtualClock();
    const rule = openCallRule({
      name: 'deadlock',
      sites: findCallSites('db', db).sites,
      selection: { injectionRate: 1 },
      effect: waitEffect(on, true),
      activeMs: 60_000,
      decide: decisions(1),
      clock,
      fired: () => undefined,
      onOutcome: () => undefined,
    });
    const answers = Promise.all([db.query(1), db.query(2), db.query(3)]);
    expect(await clock.run(answers)).toEqual([1, 2, 3]);
    expect(clock.nowMs()).toBe(61_000);
    expect(await db.query(4)).toBe(4);
    rule.revert();
  },
);
