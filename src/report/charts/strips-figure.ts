import { formatNumber } from '../../judge/quantity.js';
import { type Html } from '../html/html.js';
import { plainText } from '../plain-text.js';
import { axisStyle } from './axes.js';
import type { ChartOption } from './draw-svg.js';
import { figure, type FigureKey } from './figure.js';
import type { FigureSpec, Strip, StripWords } from './figure-spec.js';

type StripsSpec = Extract<FigureSpec, { readonly kind: 'strips' }>;

/** Quantities one below the other, each on an axis of its own: a dot with its interval, against a limit. */
export function stripsFigure(id: string, { title, words, strips }: StripsSpec): Html {
  return figure({
    id,
    title,
    description: strips.map(({ sentence }) => sentence).join('. '),
    keys: keysOf(words),
    table: null,
    height: strips.length * rowHeight + 8,
    option: (width) => option(strips, width),
  });
}

function keysOf(words: StripWords): readonly FigureKey[] {
  const keys = [
    { className: 'dot', text: words.value },
    { className: 'small-dot', text: words.observed },
    { className: 'range', text: words.interval },
    { className: 'line-limit', text: words.limit },
    { className: 'passed', text: words.limit === null ? null : 'good side' },
    { className: 'tick', text: words.reference },
  ];
  return keys.flatMap(({ className, text }) => (text === null ? [] : { className, text }));
}

const rowHeight = 74;
const plotTop = 26;
const plotHeight = 22;

function option(strips: readonly Strip[], width: number): ChartOption {
  const most = width < 600 ? 52 : 130;
  return {
    title: strips.map(({ label }, i) => ({
      text: short(label, most),
      left: 0,
      top: i * rowHeight + 4,
      padding: 0,
      textStyle: { color: 'var(--text)', fontSize: 12.5, fontWeight: 'normal' },
    })),
    grid: strips.map((_, i) => ({
      left: 18,
      right: 22,
      top: i * rowHeight + plotTop,
      height: plotHeight,
    })),
    xAxis: strips.map((strip, i) => ({
      ...axisStyle,
      type: 'value',
      gridIndex: i,
      ...rangeOf(strip, width < 600 ? 4 : 8),
      axisLabel: {
        ...axisStyle.axisLabel,
        formatter: (value: number) => `${formatNumber(value, 3)} ${strip.unit}`.trim(),
      },
    })),
    yAxis: strips.map((_, i) => ({ type: 'value', gridIndex: i, min: -1, max: 1, show: false })),
    series: strips.flatMap((strip, i) => seriesOf(strip).map((one) => ({ ...base(i), ...one }))),
  };
}

function short(text: string, most: number): string {
  const line = plainText(text).replaceAll('\n', ' ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function base(i: number): ChartOption {
  return {
    type: 'line',
    silent: true,
    xAxisIndex: i,
    yAxisIndex: i,
    showSymbol: false,
    lineStyle: { width: 0 },
  };
}

/** The part of the axis that has something on it, with round steps; a share never leaves 0–100. */
function rangeOf(
  { unit, value, observed, interval, limit, reference }: Strip,
  mostSteps: number,
): ChartOption {
  const all = [value, ...observed, interval?.lower, interval?.upper, limit?.at, reference].filter(
    (one) => one !== null && one !== undefined,
  );
  const isShare = unit === '%';
  const [low, high] = [isShare ? Math.min(...all) : 0, Math.max(...all)];
  const span = high > low ? high - low : Math.max(1, Math.abs(high) / 2);
  const step = roundStep((1.2 * span) / mostSteps);
  const min = Math.max(0, Math.floor((low - 0.05 * span) / step) * step);
  const max = Math.ceil((high + 0.05 * span) / step) * step;
  return { min, max: isShare ? Math.min(100, max) : max, interval: step };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5].find((one) => one * power >= atLeast) ?? 10);
}

const tones = {
  good: 'var(--good)',
  bad: 'var(--bad)',
  unsure: 'var(--unsure)',
  neutral: 'var(--muted)',
} as const;

function seriesOf({ value, observed, interval, limit, reference, tone }: Strip): readonly ChartOption[] {
  const dots = (at: readonly number[], color: string, style: ChartOption) => ({
    showSymbol: true,
    symbol: 'circle',
    itemStyle: { color },
    data: at.map((x) => [x, 0]),
    ...style,
  });
  const side = limit === null ? [] : [goodSide(limit)];
  return [
    { data: [], ...side[0] },
    ...(interval === null
      ? []
      : [
          {
            lineStyle: { color: 'var(--range)', width: 8, cap: 'butt' },
            data: [
              [interval.lower, 0],
              [interval.upper, 0],
            ],
          },
        ]),
    dots(observed, 'var(--accent)', { symbolSize: 7, itemStyle: { color: 'var(--accent)', opacity: 0.55 } }),
    ...(reference === null
      ? []
      : [dots([reference], 'var(--text)', { symbol: 'rect', symbolSize: [2, 16] })]),
    ...(value === null ? [] : [dots([value], tones[tone], { symbolSize: 12 })]),
  ];
}

function goodSide({ at, is }: NonNullable<Strip['limit']>): ChartOption {
  const ends = is === 'most' ? [{}, { xAxis: at }] : [{ xAxis: at }, {}];
  return {
    markArea: { silent: true, itemStyle: { color: 'var(--passed)', opacity: 0.5 }, data: [ends] },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: 'var(--bad)', type: [6, 4], width: 1.5 },
      data: [{ xAxis: at }],
    },
  };
}
