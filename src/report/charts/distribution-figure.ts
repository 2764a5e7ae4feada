import type { DistributionPoint, ProbeDistributions } from '../../judge/distributions.js';
import { formatResponse, formatShare } from '../../judge/quantity.js';
import { type Html, html } from '../html/html.js';
import { axisStyle, msLabel } from './axes.js';
import type { ChartOption } from './draw-svg.js';
import { figure } from './figure.js';

const curves = [
  { name: 'before', color: 'var(--before)', type: 'dashed', text: 'before the fault' },
  { name: 'during', color: 'var(--failed)', type: 'solid', text: 'while it was active' },
  { name: 'after', color: 'var(--after)', type: 'dotted', text: 'after it was gone' },
] as const;

/** Shares of answers within a time, before, during and after; null when there was no answer at all. */
export function distributionFigure(id: string, distributions: ProbeDistributions): Html | null {
  const shown = curves.filter(({ name }) => distributions[name].length > 0);
  if (shown.length === 0) return null;
  return figure({
    id,
    title: `${distributions.probe}: share of answers within a time`,
    description: shown
      .map(({ name, text }) => `${text}, half of the answers came within ${within(distributions[name], 0.5)}`)
      .join('; '),
    keys: shown.map(({ name, text }) => ({ className: `line-${name}`, text })),
    table: table(distributions),
    option: (width) => option(distributions, width),
  });
}

/** A logarithmic axis shows 4 ms and 2 s at once; what is quicker counts as this. */
const quickestMs = 0.1;

function option(distributions: ProbeDistributions, width: number): ChartOption {
  const all = curves.flatMap(({ name }) => distributions[name].map(({ ms }) => Math.max(quickestMs, ms)));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const [min, max] = [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.000_1))];
  return {
    grid: { left: 62, right: width < 600 ? 24 : 30, top: 14, bottom: 34 },
    xAxis: {
      ...axisStyle,
      type: 'log',
      min,
      max,
      axisLabel: { ...axisStyle.axisLabel, formatter: msLabel, hideOverlap: true },
    },
    yAxis: {
      ...axisStyle,
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { ...axisStyle.axisLabel, formatter: formatShare },
    },
    series: curves.map(({ name, color, type }) => ({
      type: 'line',
      silent: true,
      step: 'end',
      showSymbol: false,
      lineStyle: { color, type, width: 2 },
      data: stairs(distributions[name], max),
    })),
  };
}

/** Begins at 0 and ends at 1 on the right edge. */
function stairs(points: readonly DistributionPoint[], max: number): readonly (readonly number[])[] {
  const first = points[0];
  if (first === undefined) return [];
  return [
    [Math.max(quickestMs, first.ms), 0],
    ...points.map(({ ms, share }) => [Math.max(quickestMs, ms), Math.round(share * 1e4) / 1e4]),
    [max, 1],
  ];
}

const shares = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

function within(points: readonly DistributionPoint[], share: number): string {
  const point = points.find((one) => one.share >= share - 1e-9);
  return point === undefined ? '–' : formatResponse(point.ms);
}

function table(distributions: ProbeDistributions): Html {
  return html`<div class="scroll"><table><thead><tr><th>share of answers</th>${curves.map(
    ({ text }) => html`<th>${text}</th>`,
  )}</tr></thead><tbody>${shares.map(
    (share) =>
      html`<tr><td>${formatShare(share)}</td>${curves.map(
        ({ name }) => html`<td>${within(distributions[name], share)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}
