import { formatNumber, formatShare } from '../judge/quantity.js';
import type { ReplayCoverage } from '../judge/replay/replay-coverage.js';
import type { Verdict } from '../model/verdict.js';
import { emphasis } from './emphasis.js';
import { table } from './table.js';

interface Side {
  readonly runId: string;
  readonly folder: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** A run and its replay: `chaosx replay --json`. */
export interface Replay {
  readonly experiment: string;
  readonly seed: number;
  /** Whether enough decisions happened again; null when none was listed, so that nobody can say. */
  readonly replayed: boolean | null;
  /** The least share of decisions that is enough, 0–1. */
  readonly neededShare: number;
  readonly coverage: ReplayCoverage;
  readonly earlier: Side;
  readonly later: Side;
}

/** Decisions that are named of those that were missed. */
const mostMissed = 5;

/** How much of a run happened again, and both verdicts side by side. */
export function renderReplay(
  replay: Replay,
  { color, report }: { readonly color: boolean; readonly report: string | null },
): string {
  const { experiment, replayed, coverage, earlier, later, seed } = replay;
  const { byScenario, notSeeded, unlisted, missed } = coverage;
  const word = replayed === null ? 'run again' : replayed ? 'replayed' : 'not replayed';
  const lines = [
    `${emphasis(word, color)}  ${emphasis(experiment, color)}`,
    `  decisions  ${decisionsText(replay)}`,
    ...(byScenario.length < 2
      ? []
      : byScenario.map(({ scenario, listed, reached }) => `    ${scenario}: ${reached} of ${listed}`)),
    ...missed
      .slice(0, mostMissed)
      .map(({ site, n, effect, rule }) => `    not again: ${rule} at ${site}, call ${n}: ${effect}`),
    ...notSeeded.map((name) => `  not counted: ${name}, whose choices cannot be seeded`),
    ...(unlisted === 0
      ? []
      : [
          `  not counted: ${formatNumber(unlisted)} decisions of the earlier run that were not kept one by one`,
        ]),
    '',
    ...table([
      ['', 'verdict', 'because'],
      ['earlier', earlier.verdict, earlier.reason],
      ['replay', later.verdict, later.reason],
    ]).map((line) => `  ${line}`),
    `  seed ${seed}`,
    `  results ${later.folder}/results.json`,
    ...(report === null ? [] : [`  report  ${report}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function decisionsText({ coverage, neededShare, seed }: Replay): string {
  const { listed, reached, share } = coverage;
  if (share === null) return `0 decisions were listed; same seed (${seed})`;
  const needed = `needed: ${neededShare === 1 ? 'all' : formatShare(neededShare)}`;
  return `${formatNumber(reached)} of ${formatNumber(listed)} happened again (${formatShare(roundedDown(share))}; ${needed})`;
}

/** One that was missed of thousands must not read as 100 %. */
function roundedDown(share: number): number {
  return Math.floor(share * 1_000) / 1_000;
}
