import type { CampaignEvent } from '../../model/campaign-events.js';
import type { TesterResults } from '../../model/campaign-results.js';
import type { Fold } from '../../model/fold.js';
import type { MetricDetail } from '../../model/metric-detail.js';
import type { RoundScenario } from '../../model/round-summary.js';
import { availability } from '../resilience/availability.js';
import { faultTolerance } from '../resilience/fault-tolerance.js';
import { gracefulDegradation } from '../resilience/graceful-degradation.js';
import { meanTimeToRecovery } from '../resilience/mean-time-to-recovery.js';
import { metricSentence } from '../resilience/metric-sentence.js';
import { type CampaignCommon, campaignCommonOf } from './campaign-facts.js';
import { type EveryRound, everyRound } from './every-round.js';
import { type TesterSettings, testerSettingsOf } from './tester-settings.js';
import { type Decided, winningVerdict } from './winning-verdict.js';

/** What the runs of a resilience test show together: each metric over runs, against its target. */
export const judgeTester: Fold<EveryRound, TesterResults, CampaignEvent> = {
  ...everyRound,
  result({ facts, rounds }) {
    const common = campaignCommonOf(facts, 'tester');
    const settings = testerSettingsOf(facts.started?.settings ?? {});
    const all = rounds.flatMap(({ scenarios }) => scenarios);
    const injected = all.filter((scenario) => scenario.injected);
    const metrics = metricsOf(injected, settings);
    const names = [...new Set(all.map(({ name }) => name))];
    return {
      ...common,
      ...verdictOf(common, injected.length, metrics),
      metrics,
      byScenario: names.map((scenario) => {
        const ofScenario = injected.filter(({ name }) => name === scenario);
        return {
          scenario,
          runs: ofScenario.length,
          notInjected: all.filter(({ name }) => name === scenario).length - ofScenario.length,
          metrics: metricsOf(ofScenario, settings),
        };
      }),
      rounds,
    };
  },
};

function metricsOf(
  scenarios: readonly RoundScenario[],
  { probe, horizonSeconds, targets }: TesterSettings,
): readonly MetricDetail[] {
  const seen = scenarios.flatMap(({ name, probes }) =>
    probes
      .filter((each) => each.probe === probe && each.offered > 0)
      .map((each) => ({ fault: name, ...each })),
  );
  const times = scenarios.flatMap(({ recovered, recoveryTimeSeconds }) => {
    if (recovered === null) return [];
    return { recovered, seconds: recovered ? (recoveryTimeSeconds ?? 0) : horizonSeconds };
  });
  return [
    meanTimeToRecovery(times, { horizonSeconds, targetSeconds: targets.meanTimeToRecovery }),
    faultTolerance(
      seen.map(({ fault, failed }) => ({ fault, tolerated: failed === 0 })),
      targets.faultToleranceScore,
    ),
    availability(
      seen.flatMap(({ availabilityByTime: byTime, availabilityBySamples: byRequests, withinRun }) =>
        byTime === null || byRequests === null ? [] : { byTime, byRequests, withinRun },
      ),
      targets.availability,
    ),
    gracefulDegradation(
      seen.map(({ offered, failed, harvest, triangle }) => ({
        yield: (offered - failed) / offered,
        harvest,
        triangle,
      })),
      targets.gracefulDegradation,
    ),
  ];
}

function verdictOf(
  common: CampaignCommon<'tester'>,
  injected: number,
  metrics: readonly MetricDetail[],
): Decided {
  const winner = winningVerdict(common);
  if (winner !== null) return winner;
  const { verdict, reason, roundsRun } = common;
  if (injected === 0) {
    if (verdict === 'not-injected') return { verdict, reason };
    return { verdict: 'inconclusive', reason: roundsRun === 0 ? reason : 'no fault was injected' };
  }
  for (const decided of ['deviated', 'inconclusive'] as const) {
    const those = metrics.filter((metric) => metric.verdict === decided);
    if (those.length > 0) return { verdict: decided, reason: those.map(metricSentence).join('; ') };
  }
  return { verdict: 'held', reason: metrics.map(metricSentence).join('; ') };
}
