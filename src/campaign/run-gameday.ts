import { judgeGameday } from '../judge/campaign/judge-gameday.js';
import { goAdvice } from '../judge/gameday/go-advice.js';
import type { GamedayResults } from '../model/campaign-results.js';
import type { Experiment } from '../model/experiment.js';
import type { AgendaEntry, StopOn } from '../model/gameday.js';
import type { RoundSummary } from '../model/round-summary.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { plainText } from '../report/plain-text.js';
import { Campaign } from './campaign.js';
import type { CampaignRun } from './campaign-run.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import { type DayStop, decideRound } from './decide-round.js';
import { gamedayAgenda, type PlannedPoint } from './gameday-agenda.js';
import type { GoDecider } from './go-question.js';

/** A gameday, with everything decided but go and no-go. */
export interface GamedayRun extends CampaignRun {
  readonly name: string;
  /** What is the same in each round; its scenarios are not looked at. */
  readonly experiment: Experiment;
  /** In any order: the mildest comes first. */
  readonly agenda: readonly AgendaEntry[];
  readonly stopOn: StopOn;
  /** Asked before each round. Without it the rule decides. */
  readonly decide?: GoDecider | undefined;
  /** Told once how to hand over a note; those that come after the end are dropped. */
  readonly notes?: ((take: (text: string) => void) => void) | undefined;
}

/** In characters. */
const longestNote = 2_000;
const notReached = 'not reached: the day had ended';

/**
 * Goes through the agenda, mildest first, with go or no-go before each round.
 *
 * What cannot be made here is left out with its reason. A round that left something behind ends the day, as does what
 * `stopOn` says.
 *
 * @throws ChaosError when a round would be refused (invalid, unsafe), or none is possible here: nothing was started
 */
export async function runGameday(options: GamedayRun): Promise<CampaignOutcome<GamedayResults>> {
  const { name, experiment, stopOn, prepare, campaign: kept } = options;
  const { seed, clock } = kept;
  const { target, points } = await gamedayAgenda(options.agenda, experiment, { ...prepare, seed, clock });
  let judged = judgeGameday.init();
  await using campaign = await Campaign.start({
    ...kept,
    kind: 'gameday',
    name,
    target,
    hypothesis: experiment.steadyStateHypothesis,
    settings: {
      agenda: points.map(({ scenario, severity, hypothesis }) => ({ scenario, severity, hypothesis })),
      stopOn,
      asked: options.decide !== undefined,
    },
    onEvent: (event) => {
      judged = judgeGameday.step(judged, event);
      kept.onEvent?.(event);
    },
  });
  await goThrough(points, campaign, options);
  campaign.emit({ type: 'campaign-ended' });
  const results = judgeGameday.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}

async function goThrough(
  points: readonly PlannedPoint[],
  campaign: Campaign,
  { stopOn, decide, notes, prepare, experimentText, signal }: GamedayRun,
): Promise<void> {
  let running: number | null = null;
  let isOver = false;
  notes?.((typed) => {
    const text = plainText(typed).trim().slice(0, longestNote);
    if (!isOver && text !== '') campaign.emit({ type: 'note-taken', round: running, text });
  });
  let isStopped = false;
  const stopFor = (stop: DayStop) => {
    if (!isStopped) campaign.emit({ type: 'campaign-stopped', ...stop });
    isStopped = true;
  };
  const leaveOut = (round: number, { scenario }: PlannedPoint, why: string) =>
    campaign.emit({ type: 'round-skipped', round, name: scenario, why });
  for (const [round, point] of points.entries()) {
    if (point.impossible !== null) leaveOut(round, point, `not possible here: ${point.impossible}`);
  }
  let last: RoundSummary | null = null;
  for (const [round, point] of points.entries()) {
    if (point.impossible !== null) continue;
    if (signal.aborted) stopFor(stopReasonOf(signal));
    if (isStopped) {
      leaveOut(round, point, notReached);
      continue;
    }
    const { scenario, severity, hypothesis, experiment } = point;
    const advice = goAdvice(last, stopOn);
    const question = { scenario, severity, hypothesis, round, rounds: points.length, last, advice, signal };
    const decided = await decideRound(campaign, question, advice, decide);
    if (decided.is !== 'go') {
      if (decided.is === 'stop') stopFor(decided.stop);
      leaveOut(round, point, decided.is === 'stop' ? notReached : decided.why);
      continue;
    }
    running = round;
    try {
      last = await campaign.runRound(
        { number: round, name: scenario, severity, hypothesis, experiment, prepare, experimentText },
        signal,
      );
    } catch (error) {
      if (last === null) throw error;
      // Refused in the middle of the day, e.g. because another run holds the target now.
      campaign.mishaps.push(error);
      const detail = error instanceof Error ? error.message : String(error);
      stopFor({ by: 'error', detail });
      leaveOut(round, point, detail);
    }
    running = null;
  }
  isOver = true;
  if (signal.aborted) stopFor(stopReasonOf(signal));
}
