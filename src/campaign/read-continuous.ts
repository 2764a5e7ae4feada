import { basename, dirname, join, resolve } from 'node:path';
import { type ContinuousSettings, continuousSettingsOf } from '../judge/campaign/continuous-settings.js';
import { type ContinuousState, judgeContinuous } from '../judge/campaign/judge-continuous.js';
import type { CampaignStarted } from '../model/campaign-events.js';
import { ChaosError } from '../model/chaos-error.js';
import { readCampaignEvents } from '../store/read-campaign-events.js';
import { KeptRuns } from './kept-runs.js';

/** Continuous chaos as an earlier process left it. */
export interface EarlierContinuous {
  /** Its folder, absolute. */
  readonly path: string;
  readonly started: CampaignStarted;
  readonly settings: ContinuousSettings;
  /** All its events so far, folded. */
  readonly judged: ContinuousState;
  readonly kept: KeptRuns;
  readonly nextRound: number;
  /** The round during which its process was killed. */
  readonly cut: { readonly round: number; readonly name: string } | null;
}

/**
 * Reads a campaign to go on with it. Touches nothing.
 *
 * @param path - its folder, or a file in it
 * @throws ChaosError INVALID_INPUT when it is no continuous chaos, or there is nothing to go on with; STORAGE_FAILED
 *   when it cannot be read
 */
export async function readContinuous(path: string): Promise<EarlierContinuous> {
  const asked = resolve(path);
  const folder = ['campaign.jsonl', 'results.json'].includes(basename(asked)) ? dirname(asked) : asked;
  let judged = judgeContinuous.init();
  let kept = new KeptRuns(null);
  let nextRound = 0;
  let open: EarlierContinuous['cut'] = null;
  for await (const event of readCampaignEvents(join(folder, 'campaign.jsonl'))) {
    if (event.type === 'campaign-started') {
      refuseOtherKind(event, folder);
      kept = new KeptRuns(continuousSettingsOf(event.settings).keepRuns);
    }
    judged = judgeContinuous.step(judged, event);
    if ('round' in event && event.round !== null) nextRound = Math.max(nextRound, event.round + 1);
    if (event.type === 'round-started') open = { round: event.round, name: event.name };
    if (event.type === 'round-ended' || event.type === 'round-skipped') open = null;
    if (event.type === 'round-ended') kept.take(event.summary);
  }
  const { started, ended, stopped } = judged.facts;
  if (started === null) throw nothingToResume(folder, 'it has no campaign-started event');
  if (ended && stopped === null) throw nothingToResume(folder, 'it ran to its end');
  if (stopped?.by === 'error-budget') throw nothingToResume(folder, 'its error budget is spent');
  const settings = continuousSettingsOf(started.settings);
  return { path: folder, started, settings, judged, kept, nextRound, cut: open };
}

function refuseOtherKind({ kind }: CampaignStarted, folder: string): void {
  if (kind !== 'continuous') throw nothingToResume(folder, `it is a campaign of kind ${kind}`);
}

function nothingToResume(folder: string, why: string): ChaosError {
  return new ChaosError('INVALID_INPUT', `expected continuous chaos to go on with in ${folder}, but ${why}`, {
    hint: 'start a new one: leave `resume` out',
  });
}
