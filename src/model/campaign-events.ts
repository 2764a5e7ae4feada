import type { RoundSummary } from './round-summary.js';
import type { Severity } from './scenario.js';

export const campaignFormatVersion = 1;

export const campaignKinds = [
  'tester',
  'repeat',
  'continuous',
  'gameday',
  'daily',
  'suite',
  'compare',
] as const;
export type CampaignKind = (typeof campaignKinds)[number];

interface At {
  /** Milliseconds since the campaign's first start. */
  readonly t: number;
}

/** Always the first event. */
export interface CampaignStarted extends At {
  readonly type: 'campaign-started';
  readonly formatVersion: typeof campaignFormatVersion;
  readonly kind: CampaignKind;
  readonly campaignId: string;
  readonly name: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What was asked for, as plain JSON; each kind has a type for its own. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly environment: { readonly chaosx: string; readonly node: string; readonly platform: string };
}

interface OfRound extends At {
  /** From 0. */
  readonly round: number;
}

export interface RoundStarted extends OfRound {
  readonly type: 'round-started';
  /** For people, e.g. `high_latency`. */
  readonly name: string;
  readonly severity: Severity | null;
  /** What is expected of the system in this round; empty when nothing was said. */
  readonly hypothesis: string;
}

export interface RoundEnded extends OfRound {
  readonly type: 'round-ended';
  readonly summary: RoundSummary;
}

/** It was not run: refused, or left out by a decision. */
export interface RoundSkipped extends OfRound {
  readonly type: 'round-skipped';
  readonly name: string;
  readonly why: string;
}

/** Typed by a person, or passed in by the caller. */
export interface NoteTaken extends At {
  readonly type: 'note-taken';
  readonly round: number | null;
  readonly text: string;
}

/** Go or no-go before a round. */
export interface GoDecided extends OfRound {
  readonly type: 'go-decided';
  readonly go: boolean;
  /** `automatic`: nobody was asked, and nothing spoke against it; `rule`: the rule said no. */
  readonly by: 'person' | 'rule' | 'automatic';
  readonly why: string;
}

/** What ended the campaign before its end. */
export interface CampaignStopped extends At {
  readonly type: 'campaign-stopped';
  readonly by:
    | 'signal'
    | 'caller'
    | 'person'
    | 'error-budget'
    | 'not-recovered'
    | 'leaked'
    | 'stop-rule'
    | 'build'
    | 'storage'
    | 'error';
  readonly detail: string;
}

/** A later process goes on where an earlier one ended. */
export interface CampaignResumed extends At {
  readonly type: 'campaign-resumed';
  /** ISO 8601. */
  readonly resumedAt: string;
}

/** Always the last event of a process that ended in order. */
export interface CampaignEnded extends At {
  readonly type: 'campaign-ended';
}

/** What happened in a campaign: `campaign.jsonl`. Its summaries and reports are folds over these. */
export type CampaignEvent =
  | CampaignStarted
  | RoundStarted
  | RoundEnded
  | RoundSkipped
  | NoteTaken
  | GoDecided
  | CampaignStopped
  | CampaignResumed
  | CampaignEnded;
export type CampaignEventSink = (event: CampaignEvent) => void;
