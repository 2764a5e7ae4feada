import { distributionsOf, type ProbeDistributions } from '../judge/distributions.js';
import { judge, type JudgeState } from '../judge/judge.js';
import { type Timeline, timeline, type TimelineState } from '../judge/timeline.js';
import type { Fold } from '../model/fold.js';
import { redactUrlCredentials } from '../model/redact.js';
import type { Results } from '../model/results.js';
import { type RunDetails, runDetails, type RunDetailsState } from './run-details.js';

/** All that a report of one run is made of: plain data, without credentials in URLs. */
export interface ReportData {
  readonly results: Results;
  readonly timeline: Timeline;
  readonly distributions: readonly ProbeDistributions[];
  readonly details: RunDetails;
}

export interface ReportState {
  readonly judged: JudgeState;
  readonly timeline: TimelineState;
  readonly details: RunDetailsState;
}

/**
 * Events of one run to what its report shows; bounded however long the run is.
 *
 * `result` throws ChaosError INVALID_INPUT when there was no `run-started`.
 */
export const reportData: Fold<ReportState, ReportData> = {
  init: () => ({ judged: judge.init(), timeline: timeline.init(), details: runDetails.init() }),
  step(state, event) {
    judge.step(state.judged, event);
    timeline.step(state.timeline, event);
    runDetails.step(state.details, event);
    return state;
  },
  result(state) {
    const data: ReportData = {
      results: judge.result(state.judged),
      timeline: timeline.result(state.timeline),
      distributions: distributionsOf(state.judged),
      details: runDetails.result(state.details),
    };
    return JSON.parse(redactUrlCredentials(JSON.stringify(data))) as ReportData;
  },
};
