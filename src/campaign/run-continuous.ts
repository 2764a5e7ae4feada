import { newRunId } from '../faults/run-id.js';
import type { ContinuousSettings } from '../judge/campaign/continuous-settings.js';
import { type ContinuousState, failedShare, judgeContinuous } from '../judge/campaign/judge-continuous.js';
import { formatShare } from '../judge/quantity.js';
import type { CampaignStopped } from '../model/campaign-events.js';
import type { ContinuousResults } from '../model/campaign-results.js';
import { type ChaosErrorCode, isChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import { decisions } from '../model/decide.js';
import { toMs } from '../model/duration.js';
import type { RoundSummary } from '../model/round-summary.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { lockTarget } from '../undo/target-lock.js';
import { awaitWatchdog } from './await-watchdog.js';
import { Campaign, type CampaignOptions } from './campaign.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { continuousChoice } from './continuous-choice.js';
import { checkedRun, type ContinuousRun, mostActiveMs } from './continuous-run.js';
import { experimentFingerprint } from './experiment-fingerprint.js';
import { experimentWith } from './experiment-with.js';
import { KeptRuns } from './kept-runs.js';
import type { EarlierContinuous } from './read-continuous.js';
import { refuseOtherCampaign } from './refuse-other-campaign.js';
import { stopAfter } from './stop-after.js';

type Stop = Pick<CampaignStopped, 'by' | 'detail'>;

/** Of one round: it is left out, and the campaign goes on. Another run may hold the target for a while. */
const skipping: readonly ChaosErrorCode[] = ['TARGET_LOCKED', 'UNSAFE', 'UNSUPPORTED_SCENARIO'];

/**
 * Breaks one thing after the other for hours or weeks: at each interval a scenario that the seed chooses, in a round of
 * its own, the next only after the last has recovered.
 *
 * It ends early when its error budget is spent, when the system did not come back, when something was left behind, and
 * when two rounds in a row began with a system that was not well.
 *
 * @throws ChaosError when it is refused (invalid, unsafe, nothing in range that the target supports, not the campaign
 *   to go on with): nothing was started
 */
export async function runContinuous(options: ContinuousRun): Promise<CampaignOutcome<ContinuousResults>> {
  const { experiment, prepare, campaign: kept, resume, signal } = options;
  const { durationMs, intervalMs, severityRange, errorBudget, keepRuns } = checkedRun(options);
  const { target } = resolveTarget(experiment.targetSystem, prepare.defaultTarget);
  const activeMostMs = mostActiveMs(options);
  const choice = await continuousChoice(options.candidates, {
    severityRange,
    target,
    faults: prepare.faults,
  });
  const rounds = choice.scenarios.map((scenario) => {
    const activeMs = Math.min(toMs(scenario.duration), activeMostMs);
    return { activeMs, scenario: { ...scenario, duration: `${activeMs}ms` } };
  });
  const scenarios = rounds.map(({ scenario }) => scenario);
  for (const scenario of scenarios) {
    await prepareRun(experimentWith(experiment, scenario), {
      ...prepare,
      seed: kept.seed,
      clock: kept.clock,
    });
  }
  const settings: ContinuousSettings = {
    durationMs,
    intervalMs,
    severityRange,
    errorBudget,
    keepRuns,
    scenarios: scenarios.map(({ name }) => name),
    leftOut: choice.leftOut,
    experiment: experimentFingerprint(experiment, scenarios),
  };
  if (resume !== null) refuseOtherCampaign(resume, { seed: kept.seed, target: target.name, settings });
  let judged = resume?.judged ?? judgeContinuous.init();
  const { clock, stateDirectory } = kept;
  // A second process that wrote into the same folder would spoil it.
  const lock = (path: string) =>
    lockTarget({ key: `campaign ${path}`, runId: newRunId(clock.wallMs()), stateDirectory });
  const whole: CampaignOptions = {
    ...kept,
    kind: 'continuous',
    name: experiment.name,
    target: target.name,
    hypothesis: experiment.steadyStateHypothesis,
    settings: { ...settings },
    onEvent: (event) => {
      judged = judgeContinuous.step(judged, event);
      kept.onEvent?.(event);
    },
  };
  await using _earlier = resume === null ? null : await lock(resume.path);
  await using campaign = resume === null ? await Campaign.start(whole) : await goOn(resume, whole, signal);
  await using _own = resume !== null || campaign.path === null ? null : await lock(campaign.path);
  const folders = resume?.kept ?? new KeptRuns(keepRuns);
  const decide = decisions(kept.seed).at('round', 'scenario');
  let before: RoundSummary | null = null;
  const stopHere = (summary: RoundSummary): Stop | null => {
    const { verdict, reason } = summary;
    const stop = verdict === 'not-recovered' ? ({ by: verdict, detail: reason } as const) : null;
    const found =
      stop ?? stopAfter(summary, before) ?? budgetStop(judged, errorBudget) ?? storageStop(campaign);
    before = summary;
    return found;
  };
  const baselineMs = toMs(experiment.baseline);
  let startsAt = campaign.now();
  for (let number = resume?.nextRound ?? 0; ; number += 1) {
    const round = rounds[Math.floor(decide(number) * rounds.length)];
    if (round === undefined) break;
    // A round begins only when its fault can be over before the end; the very first fits, or it would be refused.
    const overAt = Math.max(startsAt, campaign.now()) + baselineMs + round.activeMs;
    if (overAt > durationMs && number > 0) break;
    await waitUntil(startsAt, campaign, clock, signal);
    if (signal.aborted) break;
    startsAt = campaign.now() + intervalMs;
    const { scenario } = round;
    const stop = await campaign
      .runRound(
        {
          number,
          name: scenario.name,
          severity: scenario.severity,
          hypothesis: experiment.steadyStateHypothesis,
          experiment: experimentWith(experiment, scenario),
          prepare,
          experimentText: options.experimentText,
        },
        signal,
      )
      .then(
        async (summary) => {
          const folder = folders.take(summary);
          if (folder !== null) await campaign.removeRound(folder);
          return stopHere(summary);
        },
        (error: unknown) => stopAfterError(error, { campaign, number, name: scenario.name }),
      );
    if (signal.aborted) break;
    if (stop !== null) {
      campaign.emit({ type: 'campaign-stopped', ...stop });
      break;
    }
  }
  if (signal.aborted) campaign.emit({ type: 'campaign-stopped', ...stopReasonOf(signal) });
  campaign.emit({ type: 'campaign-ended' });
  const results = judgeContinuous.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}

/** Goes on where the earlier process was killed or stopped. */
async function goOn(
  { path, started, judged, cut }: EarlierContinuous,
  options: CampaignOptions,
  signal: AbortSignal,
): Promise<Campaign> {
  const position = { path, startedAt: started.startedAt, t: judged.facts.t };
  const campaign = await Campaign.resume(options, position);
  if (cut !== null) {
    campaign.emit({ type: 'round-skipped', ...cut, why: 'chaosx was killed while it ran' });
    await awaitWatchdog(options.clock, options.stateDirectory, signal);
  }
  return campaign;
}

/** Timers of the platform overflow after 24 days. */
const longestSleepMs = 3_600_000;

async function waitUntil(t: number, campaign: Campaign, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && campaign.now() < t) {
    await clock.sleep(Math.min(t - campaign.now(), longestSleepMs), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function budgetStop(judged: ContinuousState, errorBudget: number | null): Stop | null {
  const spent = failedShare(judged);
  if (errorBudget === null || spent <= errorBudget) return null;
  const detail = `the error budget of ${formatShare(errorBudget)} is spent: ${formatShare(spent)} of ${judged.samples.offered} samples failed`;
  return { by: 'error-budget', detail };
}

/** Without its log a campaign could not be judged, nor go on after a restart. */
function storageStop({ mishaps }: Campaign): Stop | null {
  const lost = mishaps.filter(isChaosError).find(({ code }) => code === 'STORAGE_FAILED');
  return lost === undefined ? null : { by: 'storage', detail: lost.message };
}

function stopAfterError(
  error: unknown,
  { campaign, number, name }: { readonly campaign: Campaign; readonly number: number; readonly name: string },
): Stop | null {
  if (isChaosError(error) && skipping.includes(error.code)) {
    campaign.emit({ type: 'round-skipped', round: number, name, why: error.message });
    return null;
  }
  campaign.mishaps.push(error);
  const isStorage = isChaosError(error) && error.code === 'STORAGE_FAILED';
  return { by: isStorage ? 'storage' : 'error', detail: String(error) };
}
