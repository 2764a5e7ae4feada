import type { CompareSettings } from '../judge/comparison/compare-settings.js';
import { judgeCompare } from '../judge/comparison/judge-compare.js';
import { type CampaignEvent, campaignFormatVersion } from '../model/campaign-events.js';
import type { CompareResults } from '../model/campaign-results.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import type { Margins } from '../model/comparison.js';
import type { PlannedScenario } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import { packageVersion } from '../orchestrator/package-version.js';
import { type ReadSide, readComparedSide } from './read-compared-side.js';

export interface StoredComparison {
  /** A run or campaign: its folder, a file in it, or its `latest` link. */
  readonly base: string;
  readonly head: string;
  readonly margins: Margins;
  readonly clock: Clock;
}

/**
 * Compares runs that were kept; nothing is executed.
 *
 * @throws ChaosError INVALID_INPUT when there are no runs, or the sides were not under the same faults; STORAGE_FAILED
 */
export async function compareStored(options: StoredComparison): Promise<CompareResults> {
  const [base, head] = [await readComparedSide(options.base), await readComparedSide(options.head)];
  refuseOtherFaults(base, head);
  return foldAll(judgeCompare, eventsOf(base, head, options));
}

function eventsOf(
  base: ReadSide,
  head: ReadSide,
  { margins, clock }: StoredComparison,
): readonly CampaignEvent[] {
  const startedAt = new Date(clock.wallMs()).toISOString();
  const settings: CompareSettings = {
    base: { label: base.label, commit: null },
    head: { label: head.label, commit: null },
    margins,
    order: [...base.rounds.map(() => 'base' as const), ...head.rounds.map(() => 'head' as const)],
    same: sameRuns(base, head) ? 'both are the same runs' : null,
    notes: [...base.notes, ...head.notes],
  };
  return [
    {
      type: 'campaign-started',
      t: 0,
      formatVersion: campaignFormatVersion,
      kind: 'compare',
      campaignId: `compare-${startedAt.replaceAll(/[:.]/g, '-')}`,
      name: base.name === head.name ? head.name : `${base.name} → ${head.name}`,
      target: base.target === head.target ? head.target : `${base.target} → ${head.target}`,
      hypothesis: head.hypothesis,
      seed: head.seed,
      startedAt,
      settings: { ...settings },
      environment: {
        chaosx: packageVersion(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
    },
    ...[...base.rounds, ...head.rounds].map(
      (summary, round): CampaignEvent => ({ type: 'round-ended', t: 0, round, summary }),
    ),
    { type: 'campaign-ended', t: 0 },
  ];
}

function sameRuns(base: ReadSide, head: ReadSide): boolean {
  const ids = ({ rounds }: ReadSide) => rounds.map(({ runId }) => runId).join('\n');
  return base.rounds.length > 0 && ids(base) === ids(head);
}

/** Numbers under different faults differ for that alone. */
function refuseOtherFaults(base: ReadSide, head: ReadSide): void {
  for (const [name, ofBase] of base.planned) {
    const ofHead = head.planned.get(name);
    if (ofHead === undefined || faultOf(ofBase) === faultOf(ofHead)) continue;
    throw new ChaosError(
      'INVALID_INPUT',
      `expected ${name} to be the same fault on both sides, got ${faultOf(ofBase)} in ${base.label} and ${faultOf(ofHead)} in ${head.label}`,
      { hint: 'run both with the same scenarios, or `chaosx compare --base REF --head REF FILE`' },
    );
  }
}

function faultOf({ type, activeMs, parameters }: PlannedScenario): string {
  return `${type} for ${activeMs} ms with ${JSON.stringify(parameters)}`;
}
