import { formatNumber, formatResponse, formatShare } from '../../judge/quantity.js';
import { formatMs } from '../../model/duration.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { verdictTone } from '../verdict-tone.js';
import type { Cell, DataTable } from './document.js';
import { roundNumbers } from './round-numbers.js';

/** Rounds one by one, each with the way to its own report. */
export function roundsTable(rounds: readonly RoundSummary[], links: RoundLinks): DataTable {
  return {
    head: [
      'round',
      'scenario',
      'verdict',
      'failed',
      'p95 before → during',
      'up',
      'back after',
      'what decided it',
    ],
    rows: rounds.map((round, i) => {
      const { offered, failed } = roundNumbers(round);
      return [
        linked(round, numberOf(round, i), links),
        round.scenarios.map(({ name }) => name).join(', '),
        { text: round.verdict, tone: verdictTone(round.verdict) },
        offered === 0 ? '–' : `${formatNumber(failed)} of ${formatNumber(offered)}`,
        p95Text(round),
        upText(round),
        backCell(round),
        reasonText(round),
      ];
    }),
  };
}

/** As the campaign counts them; their folders begin with their number, from 0. */
function numberOf({ folder }: RoundSummary, i: number): string {
  const [, number] = /(?:^|\/)(\d+)-[^/]*$/.exec(folder ?? '') ?? [];
  return String((number === undefined ? i : Number(number)) + 1);
}

/** What decided the verdict, without the name that stands beside it. */
export function reasonText({ reason, scenarios }: RoundSummary): string {
  const prefix = scenarios.length === 1 ? `${scenarios[0]?.name}: ` : '';
  return prefix !== '' && reason.startsWith(prefix) ? reason.slice(prefix.length) : reason;
}

/** Folders of rounds, relative to the campaign's, that have a report of their own beside this one. */
export type RoundLinks = ReadonlySet<string>;

const ownFolder = /^rounds\/\d+-[\p{L}\p{M}\p{N}-]+$/u;

/** A text that leads to a round's report where there is one. */
export function linked({ folder }: Pick<RoundSummary, 'folder'>, text: string, links: RoundLinks): Cell {
  // Folders come out of a file: only those that we could have made are led to, and none is taken for a scheme.
  if (folder === null || !links.has(folder) || !ownFolder.test(folder)) return text;
  return { text, href: `./${encodeURI(folder)}/report.html` };
}

function p95Text(round: RoundSummary): string {
  const { p95BeforeMs, p95DuringMs } = roundNumbers(round);
  if (p95DuringMs === null) return '–';
  return `${p95BeforeMs === null ? '–' : formatResponse(p95BeforeMs)} → ${formatResponse(p95DuringMs)}`;
}

export function upText(round: RoundSummary): string {
  const { availability } = roundNumbers(round);
  return availability === null ? '–' : formatShare(availability);
}

export function backCell(round: RoundSummary): Cell {
  const { recovered, recoverySeconds } = roundNumbers(round);
  if (recovered === null) return '–';
  if (!recovered || recoverySeconds === null) return { text: 'never', tone: 'bad' };
  return formatMs(recoverySeconds * 1_000);
}
