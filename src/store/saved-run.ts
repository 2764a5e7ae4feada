import type { CampaignKind } from '../model/campaign-events.js';
import type { Status, Verdict } from '../model/verdict.js';

/** One run or campaign in a results directory, by what can be read of it in a moment. */
export interface SavedRun {
  /** Absolute. */
  readonly path: string;
  /** The experiment's or the campaign's name. */
  readonly experiment: string;
  /** `run`, or the kind of campaign. */
  readonly kind: 'run' | CampaignKind;
  /** Of a run its runId, of a campaign its campaignId. */
  readonly id: string;
  readonly seed: number;
  readonly startedAt: string;
  /** null: it never ended. */
  readonly durationSeconds: number | null;
  /** `unfinished`: there are no results; it is under way or died. */
  readonly status: Status | 'unfinished';
  /** null: it is unfinished. */
  readonly verdict: Verdict | null;
  /** Wall-clock ms at which the file that this is read from was last written. */
  readonly writtenAtMs: number;
}

/** A folder that is listed as no run, and why. */
export interface Unreadable {
  readonly path: string;
  readonly why: string;
}
