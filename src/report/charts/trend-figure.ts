import { formatNumber, formatShare } from '../../judge/quantity.js';
import { formatMs } from '../../model/duration.js';
import { type Html } from '../html/html.js';
import { axisStyle, timeAxis } from './axes.js';
import type { ChartOption } from './draw-svg.js';
import { figure } from './figure.js';
import type { FigureSpec, TrendStep } from './figure-spec.js';

type TrendSpec = Extract<FigureSpec, { readonly kind: 'trend' }>;

/** Shares that held, availability and recovery over time, one below the other. */
export function trendFigure(id: string, { title, steps }: TrendSpec): Html {
  return figure({
    id,
    title,
    description: described(steps),
    keys: [
      { className: 'passed', text: 'share of rounds that held' },
      { className: 'line-p95', text: 'availability' },
      { className: 'line-during', text: 'time to recovery' },
    ],
    table: null,
    height: panels.length * panelHeight + 34,
    option: (width) => option(steps, width),
  });
}

const panels = [
  { name: 'rounds that held', of: 'heldShare' },
  { name: 'availability', of: 'availability' },
  { name: 'back after', of: 'recoverySeconds' },
] as const;

const panelHeight = 120;

function described(steps: readonly TrendStep[]): string {
  const sentences = panels.flatMap(({ name, of }) => {
    const values = steps.map((step) => step[of]).filter((value) => value !== null);
    const [first, last] = [values[0], values.at(-1)];
    if (first === undefined || last === undefined) return [];
    const text = (value: number) => (of === 'recoverySeconds' ? formatMs(value * 1_000) : formatShare(value));
    return [
      `${name}: ${text(first)} at first, ${text(last)} at last, between ${text(Math.min(...values))} and ${text(Math.max(...values))}`,
    ];
  });
  return `${sentences.join('. ')}. In ${steps.length} stretches of time.`;
}

function option(steps: readonly TrendStep[], width: number): ChartOption {
  const endMs = Math.max(1, ...steps.map(({ toMs }) => toMs));
  const last = panels.length - 1;
  return {
    title: panels.map(({ name }, i) => ({
      text: name,
      left: 0,
      top: i * panelHeight + 4,
      padding: 0,
      textStyle: { color: 'var(--muted)', fontSize: 12, fontWeight: 'normal' },
    })),
    grid: panels.map((_, i) => ({
      left: 62,
      right: 16,
      top: i * panelHeight + 26,
      height: panelHeight - 44,
    })),
    xAxis: panels.map((_, i) => {
      const axis = timeAxis(endMs, width);
      return i === last ? { ...axis, gridIndex: i } : { ...axis, gridIndex: i, axisLabel: { show: false } };
    }),
    yAxis: panels.map(({ of }, i) => ({
      ...axisStyle,
      type: 'value',
      gridIndex: i,
      ...(of === 'heldShare' && { min: 0, max: 1, interval: 0.5 }),
      ...(of === 'availability' && { min: belowLeast, max: 1 }),
      ...(of === 'recoverySeconds' && { min: 0 }),
      splitNumber: 2,
      axisLabel: {
        ...axisStyle.axisLabel,
        formatter: of === 'recoverySeconds' ? (value: number) => `${formatNumber(value, 1)} s` : formatShare,
      },
    })),
    series: [
      {
        ...base(0),
        step: 'end',
        lineStyle: { width: 0 },
        areaStyle: { color: 'var(--passed)', opacity: 1 },
        data: stairs(steps),
      },
      { ...base(1), lineStyle: { color: 'var(--accent)', width: 2 }, data: points(steps, 'availability') },
      { ...base(2), lineStyle: { color: 'var(--failed)', width: 2 }, data: points(steps, 'recoverySeconds') },
    ],
  };
}

/** In steps of 2 %, so that a line at 100 % is not taken for one above 0 %. */
function belowLeast({ min }: { readonly min: number }): number {
  return Math.max(0, Math.floor((min - 0.005) * 50) / 50);
}

function base(i: number): ChartOption {
  return { type: 'line', silent: true, xAxisIndex: i, yAxisIndex: i, showSymbol: false };
}

/** A stretch without rounds is a gap. */
function points(
  steps: readonly TrendStep[],
  name: 'availability' | 'recoverySeconds',
): readonly (readonly (number | null)[])[] {
  return steps.map((step) => [Math.round((step.fromMs + step.toMs) / 2), step[name]]);
}

/** Corners of the stairs, as `step: 'end'` draws them; 0 where nothing was run. */
function stairs(steps: readonly TrendStep[]): readonly (readonly number[])[] {
  return steps.flatMap(({ fromMs, toMs, heldShare }) => [
    [fromMs, heldShare ?? 0],
    [toMs, heldShare ?? 0],
  ]);
}
