import { formatMs } from '../../model/duration.js';
import { formatNumber, formatResponse } from '../quantity.js';
import { injectedDelayMs } from './injected-delay.js';
import {
  type Advice,
  type AdviceRule,
  planOf,
  responseLimitMs,
  type ScenarioView,
  worstProbe,
} from './scenario-view.js';

/** Rises below this are noise on a shared machine. */
const noiseMs = 20;

/** What slow answers of the system say about its time limits and queues. */
export const latencyAdvice: readonly AdviceRule[] = [
  delayPassesThrough,
  failuresWaitForTheProbe,
  slowAfterwards,
];

/**
 * p95 rose by at least 80 % of the injected delay (of a range: of its low end, and 60 % of its high end), or by more
 * than 130 % of it (the delay is paid more than once), or ran into the probe's own time limit.
 */
function delayPassesThrough(view: ScenarioView): Advice | null {
  const delay = injectedDelayMs(view.scenario.planned);
  const worst = worstProbe(view, ({ responseTimes: { before, during } }) =>
    before === null || during === null ? null : during.p95Ms - before.p95Ms,
  );
  if (delay === null || worst === null || worst.value < noiseMs) return null;
  const { before, during } = worst.probe.responseTimes;
  const rose = `p95 rose from ${formatResponse(before?.p95Ms ?? 0)} to ${formatResponse(during?.p95Ms ?? 0)}`;
  const timeoutMs = planOf(view, worst.probe)?.timeoutMs ?? Number.POSITIVE_INFINITY;
  if (worst.value > 1.3 * delay.high) {
    return {
      evidence: `${rose}, ${formatNumber(worst.value / delay.high, 1)} times the longest injected delay: a request pays it more than once`,
      action: 'Make the calls at once instead of one after the other, and limit retries',
    };
  }
  if ((during?.p95Ms ?? 0) >= timeoutMs && delay.high >= 0.8 * timeoutMs) {
    return {
      evidence: `${rose}, the time limit of the probe: nothing in the system limits the wait`,
      action: timeoutAction(view, timeoutMs),
    };
  }
  if (worst.value < 0.8 * delay.low || (delay.low < delay.high && worst.value < 0.6 * delay.high))
    return null;
  return {
    evidence: `${rose}, as much as the injected delay: nothing limits the wait`,
    action: timeoutAction(view, during?.p95Ms ?? delay.high),
  };
}

/** Most failures took as long as the probe waits: callers hang instead of failing. Latency faults have a rule of their own. */
function failuresWaitForTheProbe(view: ScenarioView): Advice | null {
  if (injectedDelayMs(view.scenario.planned) !== null) return null;
  const worst = worstProbe(view, ({ failed, responseTimes }) =>
    failed === 0 ? null : (responseTimes.during?.p50Ms ?? null),
  );
  if (worst === null) return null;
  const timeoutMs = planOf(view, worst.probe)?.timeoutMs;
  if (timeoutMs === undefined || worst.value < timeoutMs) return null;
  return {
    evidence: `half of the answers took the ${formatResponse(timeoutMs)} that the probe waits: callers hang instead of failing`,
    action: timeoutAction(view, timeoutMs),
  };
}

/** Recovered, but p95 afterwards is at least twice what it was before, beyond noise. */
function slowAfterwards(view: ScenarioView): Advice | null {
  if (view.scenario.recovery?.recovered !== true) return null;
  const worst = worstProbe(view, ({ responseTimes: { before, after } }) =>
    before === null || after === null || after.count < 5 || after.p95Ms < 2 * before.p95Ms
      ? null
      : after.p95Ms - before.p95Ms,
  );
  if (worst === null || worst.value < noiseMs) return null;
  const { before, after } = worst.probe.responseTimes;
  return {
    evidence: `p95 was still ${formatResponse(after?.p95Ms ?? 0)} after the fault was gone, against ${formatResponse(before?.p95Ms ?? 0)} before it: work piled up`,
    action: 'Bound queues and pools, and drop work whose caller has given up',
  };
}

/** Below the limit that was asked for, or else below half of the wait that was seen. */
function timeoutAction(view: ScenarioView, seenMs: number): string {
  return `Add a timeout below ${formatMs(responseLimitMs(view) ?? seenMs / 2)} and a fallback`;
}
