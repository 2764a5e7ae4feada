import { formatNumber, formatResponse } from '../../judge/quantity.js';
import type { TimelineBucket } from '../../judge/bucket-series.js';
import type { ProbeTimeline, Timeline } from '../../judge/timeline.js';
import { formatMs } from '../../model/duration.js';
import { type Html, html } from '../html/html.js';
import { plainText } from '../plain-text.js';
import { axisStyle, clockText, msLabel, timeAxis } from './axes.js';
import type { ChartOption } from './draw-svg.js';
import { figure, type FigureKey } from './figure.js';

export interface TimelineFigureInput {
  readonly id: string;
  readonly run: Timeline;
  readonly probe: ProbeTimeline;
  /** Limits for response times in ms that were asked for. */
  readonly limitsMs: readonly number[];
  /** The axis of response times reaches at least this; default 0. Figures beside each other share a scale by it. */
  readonly atLeastMs?: number;
}

/** Response times and health of one probe over the run, with the times of faults behind them. */
export function timelineFigure({ id, run, probe, limitsMs, atLeastMs = 0 }: TimelineFigureInput): Html {
  const single = probe.buckets.every(({ passed, failed }) => passed + failed === 1);
  return figure({
    id,
    title: `${probe.probe}: response times and health`,
    description: described(run, probe),
    keys: keysOf(run, single, limitsMs),
    table: table(probe, single),
    option: (width) => option({ run, probe, limitsMs, atLeastMs, single, width }),
  });
}

function keysOf(run: Timeline, single: boolean, limitsMs: readonly number[]): readonly FigureKey[] {
  const keys: FigureKey[] = single
    ? [{ className: 'line-p95', text: 'response time' }]
    : [
        { className: 'line-p50', text: 'median' },
        { className: 'line-p95', text: 'p95' },
        { className: 'line-max', text: 'slowest' },
      ];
  if (limitsMs.length > 0) keys.push({ className: 'line-limit', text: 'limit' });
  keys.push({ className: 'passed', text: 'passed' }, { className: 'failed', text: 'failed' });
  if (run.bands.length > 0) {
    keys.push(
      { className: 'band', text: 'fault active' },
      { className: 'recovery', text: 'recovery watched' },
    );
  }
  return keys;
}

function described({ bands, endMs }: Timeline, { buckets }: ProbeTimeline): string {
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const all = buckets.reduce((sum, bucket) => sum + bucket.passed + bucket.failed, 0);
  const slowest = buckets.reduce<TimelineBucket | null>(
    (worst, bucket) => (worst === null || bucket.maxMs > worst.maxMs ? bucket : worst),
    null,
  );
  const faults = bands.map(
    ({ scenario, fromMs, toMs }) => `${scenario} was active from ${clockText(fromMs)} to ${clockText(toMs)}.`,
  );
  const worst =
    slowest === null
      ? ''
      : ` The slowest answer took ${formatResponse(slowest.maxMs)}, near ${clockText(slowest.fromMs)}.`;
  return `${formatNumber(failed)} of ${formatNumber(all)} samples failed in ${formatMs(endMs)}.${worst} ${faults.join(' ')}`;
}

interface OptionInput extends Required<Omit<TimelineFigureInput, 'id'>> {
  readonly single: boolean;
  readonly width: number;
}

function option({ run, probe, limitsMs, atLeastMs, single, width }: OptionInput): ChartOption {
  const { bucketMs } = probe;
  const middle = ({ fromMs }: TimelineBucket) => Math.round(fromMs + bucketMs / 2);
  const times = (
    name: keyof TimelineBucket,
    color: string,
    style: Readonly<Record<string, unknown>> = {},
  ) => ({
    type: 'line',
    silent: true,
    showSymbol: false,
    lineStyle: { color, width: 1.5, ...style },
    data: withGaps(probe, (bucket) => [middle(bucket), thousandth(bucket[name])]),
  });
  const counts = (name: 'passed' | 'failed', color: string) => ({
    type: 'line',
    silent: true,
    xAxisIndex: 1,
    yAxisIndex: 1,
    step: 'end',
    stack: 'health',
    showSymbol: false,
    lineStyle: { width: 0 },
    areaStyle: { color, opacity: 1 },
    data: steps(probe, name),
  });
  const left = 62;
  return {
    grid: [
      { left, right: 12, top: 22, height: 190 },
      { left, right: 12, top: 236, height: 48 },
    ],
    xAxis: [
      { ...timeAxis(run.endMs, width), gridIndex: 0, axisLabel: { show: false } },
      { ...timeAxis(run.endMs, width), gridIndex: 1 },
    ],
    yAxis: [
      {
        ...axisStyle,
        type: 'value',
        gridIndex: 0,
        min: 0,
        splitNumber: 4,
        max: ({ max }: { readonly max: number }) => 1.05 * Math.max(max, atLeastMs, ...limitsMs),
        axisLabel: { ...axisStyle.axisLabel, formatter: msLabel, showMaxLabel: false },
      },
      {
        ...axisStyle,
        type: 'value',
        gridIndex: 1,
        min: 0,
        max: Math.max(...probe.buckets.map(({ passed, failed }) => passed + failed)),
        splitNumber: 1,
        axisLabel: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        name: 'samples',
        nameLocation: 'middle',
        nameGap: 10,
        nameRotate: 0,
        nameTextStyle: { ...axisStyle.axisLabel, align: 'right' },
      },
    ],
    series: [
      {
        ...times('maxMs', single ? 'transparent' : 'var(--faint)', { width: 1 }),
        markArea: bandAreas(run, width),
        markLine: limitLines(limitsMs),
      },
      ...(single ? [] : [times('p50Ms', 'var(--before)', { type: 'dashed' })]),
      times('p95Ms', 'var(--accent)', { width: 2 }),
      counts('passed', 'var(--passed)'),
      counts('failed', 'var(--failed)'),
    ],
  };
}

/** Points, with a break where at least one bucket in between saw nothing. */
function withGaps(
  { buckets, bucketMs }: ProbeTimeline,
  point: (bucket: TimelineBucket) => readonly [number, number],
): readonly (readonly [number, number | null])[] {
  return buckets.flatMap((bucket, i) => {
    const previous = buckets[i - 1];
    const gap = previous !== undefined && bucket.fromMs - previous.fromMs > 2.5 * bucketMs;
    return gap ? [[previous.fromMs + bucketMs, null] as const, point(bucket)] : [point(bucket)];
  });
}

/** Corners of the stairs: a bucket's count at its end, as `step: 'end'` draws it, and 0 where there was none. */
function steps(
  { buckets, bucketMs }: ProbeTimeline,
  name: 'passed' | 'failed',
): readonly (readonly number[])[] {
  const points: (readonly number[])[] = [];
  let at = Number.NaN;
  for (const { fromMs, [name]: count } of buckets) {
    const from = Math.round(fromMs);
    if (from !== at) {
      if (!Number.isNaN(at)) points.push([at, 0]);
      points.push([from, 0]);
    }
    points.push([from, count], [Math.round(fromMs + bucketMs), count]);
    at = Math.round(fromMs + bucketMs);
  }
  if (!Number.isNaN(at)) points.push([at, 0]);
  return points;
}

function bandAreas({ bands: all }: Timeline, width: number): ChartOption {
  const most = width < 600 ? 14 : 40;
  return {
    silent: true,
    label: { show: all.length <= 8, color: 'var(--muted)', fontSize: 12, position: 'top' },
    data: all.flatMap(({ scenario, fromMs, toMs, watchedUntilMs }) => {
      const short = plainText(scenario).replaceAll('\n', ' ');
      const name = short.length > most ? `${short.slice(0, most - 1)}…` : short;
      const fault = [{ name, xAxis: fromMs, itemStyle: { color: 'var(--band)' } }, { xAxis: toMs }];
      const watched = [
        { name: '', xAxis: toMs, itemStyle: { color: 'var(--recovery)' } },
        { xAxis: watchedUntilMs },
      ];
      return watchedUntilMs === null ? [fault] : [fault, watched];
    }),
  };
}

function limitLines(limitsMs: readonly number[]): ChartOption {
  return {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { color: 'var(--bad)', type: [6, 4], width: 1 },
    data: limitsMs.map((limit) => ({ yAxis: limit })),
  };
}

const thousandth = (value: number) => Math.round(value * 1_000) / 1_000;

/** At most this many rows: the figure has more than a table can show. */
const mostRows = 40;

function table({ buckets }: ProbeTimeline, single: boolean): Html {
  const every = Math.ceil(buckets.length / mostRows);
  const rows = buckets.filter((_, i) => i % every === 0);
  return html`<div class="scroll"><table><thead><tr><th>from</th><th>passed</th><th>failed</th>${
    single ? html`<th>response time</th>` : html`<th>median</th><th>p95</th><th>slowest</th>`
  }</tr></thead><tbody>${rows.map(
    ({ fromMs, passed, failed, p50Ms, p95Ms, maxMs }) =>
      html`<tr><td>${clockText(fromMs)}</td><td>${passed}</td><td>${failed}</td>${(
        single ? [maxMs] : [p50Ms, p95Ms, maxMs]
      ).map((ms) => html`<td>${formatResponse(ms)}</td>`)}</tr>`,
  )}</tbody></table></div>${every === 1 ? null : html`<p class="muted">Every ${every}. of ${buckets.length} intervals.</p>`}`;
}
