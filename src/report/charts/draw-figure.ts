import type { Html } from '../html/html.js';
import { agendaFigure } from './agenda-figure.js';
import type { FigureSpec } from './figure-spec.js';
import { stripsFigure } from './strips-figure.js';
import { trendFigure } from './trend-figure.js';

/** A figure that was given as data. */
export function drawFigure(id: string, spec: FigureSpec): Html | null {
  switch (spec.kind) {
    case 'strips':
      return spec.strips.length === 0 ? null : stripsFigure(id, spec);
    case 'trend':
      return trendFigure(id, spec);
    case 'agenda':
      return agendaFigure(id, spec);
  }
}
