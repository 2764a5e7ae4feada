/** What a campaign came to. */
export interface CampaignOutcome<Results> {
  readonly results: Results;
  /** Absolute; null when nothing was kept. */
  readonly folder: string | null;
  /** What went wrong beside the runs. */
  readonly mishaps: readonly unknown[];
}
