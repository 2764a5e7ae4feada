import { formatMs } from '../../model/duration.js';
import type { ChartOption } from './draw-svg.js';

const text = { color: 'var(--muted)', fontSize: 12 };
const line = { lineStyle: { color: 'var(--line)' } };

/** What all axes share: restrained, in colours of the page. */
export const axisStyle = { axisLabel: text, axisLine: line, axisTick: line, splitLine: line };

/** An axis of time since the run's start, 0 to `endMs`, with round steps. */
export function timeAxis(endMs: number, width: number): ChartOption {
  return {
    ...axisStyle,
    type: 'value',
    min: 0,
    max: endMs,
    interval: roundStep(endMs / (width < 600 ? 4 : 10)),
    splitLine: { show: false },
    axisLabel: { ...text, formatter: (ms: number) => timeText(ms, endMs), showMaxLabel: false },
  };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const steps = [
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
];

function roundStep(atLeastMs: number): number {
  return steps.find((step) => step >= atLeastMs) ?? dayMs * Math.ceil(atLeastMs / dayMs);
}

/** Time since the start as `m:ss`, or `h:mm:ss` from one hour on; tenths where they are not zero. */
export function clockText(ms: number): string {
  const tenths = Math.round(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = tenths % 10 === 0 ? '' : `.${tenths % 10}`;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const end = `${two(seconds % 60)}${rest}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${end}` : `${minutes}:${end}`;
}

/** Time since the start: on a clock, or in days and hours where the whole takes more than two days. */
export function timeText(ms: number, endMs: number): string {
  if (endMs <= 2 * dayMs) return clockText(ms);
  const hours = Math.round(ms / hourMs);
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  if (hours === 0) return '0';
  return [days === 0 ? '' : `${days} d`, rest === 0 ? '' : `${rest} h`]
    .filter((part) => part !== '')
    .join(' ');
}

/** A label of a value axis in milliseconds. */
export function msLabel(ms: number): string {
  return ms === 0 ? '0' : formatMs(ms);
}
