import {
  type DecimalHistogram,
  newHistogram,
  recordMs,
  responseTimesOf,
} from '../../judge/decimal-histogram.js';
import { detailTable } from '../../model/detail-table.js';
import type { DetailCollector } from '../with-details.js';

/** What the effect says of one call: `answer +3.2 ms`. */
const told = / \+(?<ms>[\d.]+) ms$/;

interface SiteTally {
  calls: number;
  readonly askedMs: DecimalHistogram;
}

/** The section that shows, for each site, how many of its calls were held back and for how long, as it was drawn. */
export function callsPerturbed(): DetailCollector {
  const bySite = new Map<string, SiteTally>();
  return {
    add({ site, n, effect }) {
      const tally = bySite.get(site) ?? { calls: 0, askedMs: newHistogram() };
      bySite.set(site, tally);
      tally.calls = Math.max(tally.calls, n + 1);
      recordMs(tally.askedMs, Number(told.exec(effect)?.groups?.['ms'] ?? 0));
    },
    section() {
      const rows = [...bySite]
        .sort(([, a], [, b]) => b.askedMs.count - a.askedMs.count)
        .map(([site, { calls, askedMs }]) => {
          const times = responseTimesOf(askedMs);
          return [site, `${calls}`, `${askedMs.count}`, msText(times?.p50Ms), msText(times?.maxMs)];
        });
      const columns = ['site', 'calls until the last perturbed', 'perturbed', 'median ms', 'longest ms'];
      return detailTable('Calls perturbed', columns, rows);
    },
  };
}

function msText(ms = 0): string {
  return ms.toFixed(1);
}
