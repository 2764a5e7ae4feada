import { detailTable } from '../../model/detail-table.js';
import type { Evidence } from '../../model/evidence.js';
import type { ClockEffect } from './clock-effect.js';
import type { ProgramSight } from './clock-of-programs.js';

/** What was seen of a preloaded clock. */
export interface PreloadedClockLooks {
  readonly before: ProgramSight | null;
  /** Two, some time apart; null when a program could not say the time. */
  readonly from: ProgramSight | null;
  readonly to: ProgramSight | null;
  /** The clock was seen wrong by its offset, now or earlier. */
  readonly wasOff: boolean;
  /** Of the target's processes, those that have the library in their memory. */
  readonly preloaded: number;
  readonly processes: number;
}

/** What a target's programs read from their preloaded clock, against the real one. */
export function preloadedClockEvidence(effect: ClockEffect, looks: PreloadedClockLooks): Evidence {
  const { before, to, preloaded, processes } = looks;
  const speed = speedOf(looks);
  const byOffset = effect.offsetMs !== null;
  const ahead = to === null ? 'not seen' : `${(to.aheadMs / 1_000).toFixed(3)} s`;
  return {
    active: preloaded === 0 ? 'no' : isActive(effect, looks),
    measured: byOffset
      ? {
          quantity: 'wall clock of a program started as the target is, against the real one',
          unit: 's',
          baseline: inSeconds(before),
          during: inSeconds(to),
          expected: effect.text,
        }
      : {
          quantity: 'speed of the wall clock of a program started as the target is, against real time',
          unit: '×',
          baseline: 1,
          during: speed,
          expected: effect.rate === 0 ? `0: the ${effect.text}` : effect.text,
        },
    exposure: { kind: 'unknown', why: 'reads of a preloaded clock are not counted' },
    details: [
      detailTable(
        'The clock as programs of the target see it',
        ['clock', 'was to be', 'against real time', 'speed'],
        [
          ['wall', effect.text, ahead, speed === null ? 'not seen' : `${Number(speed.toPrecision(3))} ×`],
          ['monotonic, timers', 'unchanged', '', ''],
          ['processes that have the preloaded library', `${preloaded} of ${processes}`, '', ''],
        ],
      ),
    ],
  };
}

/** True when the clock is off by the offset of a skew, or by a whole number of its steps. */
export function isOffBy({ change, offsetMs }: ClockEffect, { aheadMs, noiseMs }: ProgramSight): boolean {
  if (offsetMs === null) return false;
  const steps = change.wall?.mode === 'step' ? Math.max(1, Math.round(aheadMs / offsetMs)) : 1;
  return Math.abs(aheadMs - steps * offsetMs) <= Math.min(noiseMs, Math.abs(offsetMs) / 2);
}

function isActive(effect: ClockEffect, { from, to, wasOff }: PreloadedClockLooks): Evidence['active'] {
  if (from === null || to === null) return 'unknown';
  const { change, offsetMs, rate } = effect;
  if (offsetMs !== null) {
    if (isOffBy(effect, to)) return 'yes';
    return change.wall?.mode === 'strobe' && wasOff && Math.abs(to.aheadMs) <= to.noiseMs ? 'yes' : 'no';
  }
  const gainedMs = to.aheadMs - from.aheadMs;
  const expectedMs = (rate - 1) * (to.atMs - from.atMs);
  const noiseMs = from.noiseMs + to.noiseMs;
  if (Math.abs(expectedMs) <= 2 * noiseMs) return 'unknown';
  // It is set in steps, which come late on a busy machine: half of what is asked for is nearer to it than to none.
  return gainedMs / expectedMs > 0.5 ? 'yes' : 'no';
}

function speedOf({ from, to }: PreloadedClockLooks): number | null {
  if (from === null || to === null || to.atMs <= from.atMs) return null;
  return 1 + (to.aheadMs - from.aheadMs) / (to.atMs - from.atMs);
}

function inSeconds(sight: ProgramSight | null): number | null {
  return sight === null ? null : Math.round(sight.aheadMs) / 1_000;
}
