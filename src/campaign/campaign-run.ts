import type { Experiment } from '../model/experiment.js';
import type { PrepareOptions } from '../orchestrator/prepare-run.js';
import type { CampaignOptions } from './campaign.js';

/** What every kind of campaign over one experiment is given. */
export interface CampaignRun {
  readonly experiment: Experiment;
  readonly prepare: Omit<PrepareOptions, 'seed' | 'clock'>;
  /** Where it is kept, and who is told. */
  readonly campaign: Pick<
    CampaignOptions,
    | 'seed'
    | 'resultsDirectory'
    | 'stateDirectory'
    | 'clock'
    | 'onEvent'
    | 'onRunEvent'
    | 'onRoundEnded'
    | 'execute'
  >;
  /** The experiment file, kept beside each run: without secrets. */
  readonly experimentText?: string | undefined;
  /** Aborting reverts first. */
  readonly signal: AbortSignal;
}
