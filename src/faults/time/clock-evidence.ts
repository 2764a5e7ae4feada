import type { ClockName, ClockSight } from '../../model/clock-change.js';
import { type DetailTable, detailTable } from '../../model/detail-table.js';
import type { Evidence, Exposure } from '../../model/evidence.js';
import { counted } from '../network/counted.js';
import type { ClockEffect } from './clock-effect.js';
import { type ClockSpeeds, clockSpeeds } from './clock-speeds.js';

/** Whole milliseconds are read one after the other: they may differ by one, and by what the thread waits in between. */
const wallNoiseMs = 5;
/** The same of a monotonic clock. */
const monotonicNoiseMs = 2;
/** Timers come late on a busy machine. */
const timerNoise = 0.3;

/** Two looks at clocks that are changed. */
export interface ClockLooks {
  readonly from: ClockSight;
  readonly to: ClockSight;
  /** The wall clock was seen wrong by its offset, now or earlier: of one that is right at times. */
  readonly wasOff: boolean;
}

/** What a target's clocks show against the real ones. */
export function clockEvidence(effect: ClockEffect, looks: ClockLooks): Evidence {
  const { from, to } = looks;
  const speeds = clockSpeeds(from, to);
  const active = to.inPlace === 0 ? 'no' : isActive(effect, looks, speeds);
  return {
    active,
    measured: measured(effect, to, speeds),
    exposure: exposure(effect, to),
    details: [section(effect, to, speeds)],
  };
}

/** True when the wall clock is off by the offset of a skew, or by a whole number of its steps. */
export function isOff({ change, offsetMs }: ClockEffect, { inPlace, wallAheadMs }: ClockSight): boolean {
  if (offsetMs === null || inPlace === 0) return false;
  const ahead = wallAheadMs / inPlace;
  const steps = change.wall?.mode === 'step' ? Math.max(1, Math.round(ahead / offsetMs)) : 1;
  return Math.abs(ahead - steps * offsetMs) <= Math.min(wallNoiseMs, Math.abs(offsetMs) / 2);
}

function isActive(effect: ClockEffect, looks: ClockLooks, speeds: ClockSpeeds | null): Evidence['active'] {
  const { change, clocks, rate, offsetMs } = effect;
  if (offsetMs !== null) {
    if (isOff(effect, looks.to)) return 'yes';
    // Threads came at other times than others, so that they are not wrong together.
    if (looks.to.inPlace > 1 && change.wall?.mode !== 'offset') return looks.wasOff ? 'yes' : 'unknown';
    const isRight = Math.abs(looks.to.wallAheadMs) <= wallNoiseMs;
    return change.wall?.mode === 'strobe' && looks.wasOff && isRight ? 'yes' : 'no';
  }
  if (speeds === null) return 'unknown';
  const seen = clocks.map((clock) => isAtRate(clock, rate, speeds));
  return seen.includes('no') ? 'no' : seen.includes('yes') ? 'yes' : 'unknown';
}

function isAtRate(clock: ClockName, rate: number, speeds: ClockSpeeds): Evidence['active'] {
  if (clock === 'timers') {
    const { timers } = speeds;
    if (timers === null || Math.abs(rate - 1) < timerNoise) return 'unknown';
    const isNearerRate = Math.abs(Math.log(timers / rate)) < Math.abs(Math.log(timers));
    return isNearerRate ? 'yes' : 'no';
  }
  const gainedMs = clock === 'wall' ? speeds.wallGainedMs : speeds.monotonicGainedMs;
  const expectedMs = (rate - 1) * speeds.elapsedMs;
  const noiseMs = (clock === 'wall' ? wallNoiseMs : monotonicNoiseMs) * Math.max(1, rate);
  if (Math.abs(gainedMs - expectedMs) <= noiseMs + Math.abs(expectedMs) * 0.02) {
    return Math.abs(expectedMs) > noiseMs ? 'yes' : 'unknown';
  }
  return Math.abs(expectedMs) > 2 * noiseMs ? 'no' : 'unknown';
}

function measured(effect: ClockEffect, sight: ClockSight, speeds: ClockSpeeds | null): Evidence['measured'] {
  const { clocks, text, offsetMs, rate } = effect;
  if (offsetMs !== null) {
    return {
      quantity: 'wall clock of the target against the real one',
      unit: 's',
      baseline: meanOf(sight, sight.wallAheadBeforeMs, 1_000),
      during: meanOf(sight, sight.wallAheadMs, 1_000),
      expected: text,
    };
  }
  const clock = clocks.includes('monotonic') ? 'monotonic' : (clocks[0] ?? 'wall');
  return {
    quantity: `speed of the target's ${clock === 'timers' ? 'timers' : `${clock} clock`} against real time`,
    unit: '×',
    baseline: 1,
    during: speeds?.[clock] ?? null,
    expected: rate === 0 ? `0: the ${text}` : text,
  };
}

function exposure({ clocks }: ClockEffect, sight: ClockSight): Exposure {
  const counts = clocks.map((clock) => readsOf(clock, sight));
  const n = counts.reduce((sum, count) => sum + count, 0);
  const read = clocks.filter((clock) => clock !== 'timers').join(' and ');
  const parts = [
    ...(read === '' ? [] : [`reads of the ${read} clock`]),
    ...(clocks.includes('timers') ? ['timers set'] : []),
  ];
  return { kind: 'counted', n, what: parts.join(' and ') };
}

function section(effect: ClockEffect, sight: ClockSight, speeds: ClockSpeeds | null): DetailTable {
  const { clocks, rate, text } = effect;
  const during = (clock: ClockName) => (clocks.includes(clock) ? text : 'unchanged');
  const ahead = (ms: number) => {
    const mean = meanOf(sight, ms, 1);
    return mean === null ? 'not seen' : aheadText(mean);
  };
  const speed = (value: number | null | undefined) =>
    value === null || value === undefined ? 'not seen' : `${Number(value.toPrecision(4))} ×`;
  const row = (clock: ClockName, name: string, aheadMs: string, seen: number | null | undefined) => [
    name,
    during(clock),
    aheadMs,
    speed(seen),
    // What is not changed is not counted.
    clocks.includes(clock) ? counted(readsOf(clock, sight), clock === 'timers' ? 'timer' : 'read') : '',
  ];
  return detailTable(
    'The clock as the target saw it',
    ['clock', 'was to be', 'against real time', 'speed', 'met by'],
    [
      row('wall', 'wall (Date, Intl, Temporal)', ahead(sight.wallAheadMs), speeds?.wall),
      row(
        'monotonic',
        'monotonic (performance.now, hrtime)',
        ahead(sight.monotonicAheadMs),
        speeds?.monotonic,
      ),
      row('timers', 'timers', rate === 1 || !clocks.includes('timers') ? '' : 'by speed', speeds?.timers),
      ['functions kept from before', keptText(sight), '', '', ''],
    ],
  );
}

/** What of the target's code the change does not reach, as far as it can be counted. */
function keptText({ inPlace, stoodBy, keptFromBefore }: ClockSight): string {
  if (inPlace > 0 && stoodBy === inPlace) return 'none: ours were in place before the target’s code';
  return `${keptFromBefore} among the exports of loaded CommonJS modules; what code keeps in variables of its own cannot be counted`;
}

function readsOf(clock: ClockName, sight: ClockSight): number {
  return { wall: sight.wallReads, monotonic: sight.monotonicReads, timers: sight.timersSet }[clock];
}

function meanOf({ inPlace }: ClockSight, sum: number, divisor: number): number | null {
  return inPlace === 0 ? null : sum / inPlace / divisor;
}

function aheadText(ms: number): string {
  const rounded = Math.abs(ms) < 1_000 ? Number(ms.toFixed(1)) : Math.round(ms);
  return `${rounded > 0 ? '+' : ''}${rounded.toLocaleString('en-US')} ms`;
}
