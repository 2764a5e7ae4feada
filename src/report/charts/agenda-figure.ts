import { type Html } from '../html/html.js';
import { plainText } from '../plain-text.js';
import { axisStyle, timeAxis } from './axes.js';
import type { ChartOption } from './draw-svg.js';
import { figure } from './figure.js';
import type { AgendaRow, FigureSpec } from './figure-spec.js';

type AgendaSpec = Extract<FigureSpec, { readonly kind: 'agenda' }>;

/** A row a point of the agenda: when it was run, what came of it, when notes were taken. */
export function agendaFigure(id: string, { title, endMs, rows }: AgendaSpec): Html {
  return figure({
    id,
    title,
    description: rows.map(({ sentence }) => sentence).join(' '),
    keys: [
      { className: 'bar-good', text: 'held' },
      { className: 'bar-bad', text: 'went wrong' },
      { className: 'bar-unsure', text: 'not certain' },
      { className: 'small-dot', text: 'note' },
    ],
    table: null,
    height: rows.length * 32 + 48,
    option: (width) => option(rows, endMs, width),
  });
}

const colors = {
  good: 'var(--good)',
  bad: 'var(--failed)',
  unsure: 'var(--unsure)',
  neutral: 'var(--faint)',
} as const;

function option(rows: readonly AgendaRow[], endMs: number, width: number): ChartOption {
  const narrow = width < 600;
  const most = narrow ? 18 : 36;
  // What was short is still to be seen.
  const shortest = endMs * (narrow ? 0.02 : 0.008);
  return {
    grid: { left: narrow ? 136 : 240, right: 16, top: 12, bottom: 30 },
    xAxis: timeAxis(endMs, narrow ? width : 800),
    yAxis: {
      ...axisStyle,
      type: 'category',
      inverse: true,
      data: rows.map((_, i) => String(i)),
      axisTick: { show: false },
      axisLabel: {
        ...axisStyle.axisLabel,
        interval: 0,
        formatter: (_: string, i: number) => short(rows[i]?.label ?? '', most),
      },
    },
    series: rows.flatMap(({ fromMs, toMs, tone, notesAtMs }, i) => [
      ...(fromMs === null || toMs === null
        ? []
        : [
            {
              type: 'line',
              silent: true,
              showSymbol: false,
              lineStyle: { color: colors[tone], width: 14, cap: 'butt' },
              data: [
                [Math.round(fromMs), i],
                [Math.round(Math.max(toMs, fromMs + shortest)), i],
              ],
            },
          ]),
      ...(notesAtMs.length === 0
        ? []
        : [
            {
              type: 'line',
              silent: true,
              symbol: 'circle',
              symbolSize: 7,
              symbolOffset: [0, -11],
              lineStyle: { width: 0 },
              itemStyle: { color: 'var(--accent)', borderColor: 'var(--back)', borderWidth: 1 },
              data: notesAtMs.map((t) => [Math.round(t), i]),
            },
          ]),
    ]),
  };
}

function short(text: string, most: number): string {
  const line = plainText(text).replaceAll('\n', ' ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
