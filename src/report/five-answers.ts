import { formatNumber, formatResponse, formatShare } from '../judge/quantity.js';
import type { RunStarted } from '../model/events.js';
import { formatMs } from '../model/duration.js';
import type { Results, ScenarioResult } from '../model/results.js';
import { exposureText, measuredText } from './evidence-text.js';
import { lookedAtText } from './looked-at-text.js';
import type { ReportData } from './report-data.js';

/** `neutral`: it says what was done and judges nothing. */
export type Tone = 'good' | 'bad' | 'unsure' | 'neutral';

/** One of the questions that a report answers first. */
export interface Answer {
  readonly question: string;
  readonly tone: Tone;
  readonly answer: string;
  /** What says so, one line each. */
  readonly details: readonly string[];
}

/** What was broken, really, what was felt, did it come back, is the machine clean: the first screen of every report. */
export function fiveAnswers({ results, details: { started } }: ReportData): readonly Answer[] {
  const injected = results.scenarios.filter(({ injectedAtMs }) => injectedAtMs !== null);
  const real = wasItReal(injected);
  return [
    whatWasBroken(results, started, injected),
    real,
    whatWasFelt(results, injected, real.tone),
    didItComeBack(injected, started),
    isItClean(results),
  ];
}

function whatWasBroken(
  results: Results,
  started: RunStarted | null,
  injected: readonly ScenarioResult[],
): Answer {
  const question = 'What was broken?';
  const lines = results.scenarios.map((scenario, i) => {
    const planned = started?.scenarios[i];
    if (scenario.injectedAtMs === null) return `${scenario.name}: not injected; ${scenario.reason}`;
    const end = scenario.revertedAtMs ?? results.durationSeconds * 1_000;
    const where =
      planned === undefined || planned.targetComponents.length === 0
        ? results.target
        : planned.targetComponents.join(', ');
    return `${scenario.name} on ${where} for ${formatMs(end - scenario.injectedAtMs)}`;
  });
  if (injected.length === 0) {
    return {
      question,
      tone: 'unsure',
      answer: 'nothing',
      details: lines.length === 0 ? [results.reason] : lines,
    };
  }
  if (lines.length === 1) {
    const description = started?.scenarios[0]?.description ?? '';
    return {
      question,
      tone: 'neutral',
      answer: lines[0] ?? '',
      details: description === '' ? [] : [description],
    };
  }
  const answer = `${injected.length} of ${results.scenarios.length} scenarios were injected`;
  return { question, tone: 'neutral', answer, details: lines };
}

function wasItReal(injected: readonly ScenarioResult[]): Answer {
  const question = 'Was it really broken?';
  if (injected.length === 0) return { question, tone: 'unsure', answer: 'nothing was injected', details: [] };
  const tones = injected.map(({ evidence }): Tone => {
    if (evidence === null || evidence.active === 'unknown') return 'unsure';
    const unmet = evidence.exposure.kind === 'counted' && evidence.exposure.n === 0;
    return evidence.active === 'no' || unmet ? 'bad' : 'good';
  });
  const confirmed = tones.filter((tone) => tone === 'good').length;
  const tone = tones.includes('bad') ? 'bad' : tones.includes('unsure') ? 'unsure' : 'good';
  const words = { good: 'yes', bad: 'no', unsure: 'not certain', neutral: '' };
  const answer = injected.length === 1 ? words[tone] : `${confirmed} of ${injected.length} confirmed`;
  const details = injected.map(({ name, evidence }) => {
    const said =
      evidence === null
        ? 'no check was made'
        : `${measuredText(evidence.measured)}; ${exposureText(evidence.exposure)}`;
    return injected.length === 1 ? said : `${name}: ${said}`;
  });
  return { question, tone, answer, details };
}

function whatWasFelt(
  { metrics, criteria, stoppedBy, status }: Results,
  injected: readonly ScenarioResult[],
  real: Tone,
): Answer {
  const question = 'What would users have felt?';
  const probes = metrics.scenarios.flatMap((scenario) =>
    scenario.probes.map((probe) => ({ scenario: scenario.scenario, probe })),
  );
  const samples = probes.reduce((sum, { probe }) => sum + probe.samples, 0);
  if (samples === 0) return { question, tone: 'unsure', answer: 'nothing was observed', details: [] };
  const failed = probes.reduce((sum, { probe }) => sum + probe.failed, 0);
  const { before, during } = metrics.responseTimes;
  const rise =
    during === null
      ? ''
      : `; p95 ${before === null ? '' : `${formatResponse(before.p95Ms)} → `}${formatResponse(during.p95Ms)}`;
  const details = probes.map(({ scenario, probe }) => {
    const outage =
      probe.longestOutageMs === 0 ? 'no outage' : `longest outage ${formatMs(probe.longestOutageMs)}`;
    const up =
      probe.availabilityByTime === null ? '' : `, up ${formatShare(probe.availabilityByTime)} of the time`;
    const where = injected.length === 1 ? probe.probe : `${scenario}, ${probe.probe}`;
    return `${where}: ${formatShare(probe.passRate ?? 0)} of ${formatNumber(probe.samples)} answers were well, ${outage}${up}`;
  });
  const answer = `${failed === 0 ? 'no' : formatNumber(failed)} of ${formatNumber(samples)} answers failed${rise}`;
  const held = criteria.map((criterion) => criterion.held);
  // Who calls a system that did not come back is not well served, however it did under the fault.
  const lost = injected.some(({ recovered }) => recovered === false);
  // Good answers say nothing when the fault was not met, or was cut short.
  const told = real === 'good' && stoppedBy === null && status !== 'crashed';
  const allHeld = held.length > 0 && held.every((one) => one === true);
  const tone = held.includes(false) || lost ? 'bad' : allHeld && told ? 'good' : 'unsure';
  return { question, tone, answer: answer.replace(/^no of/, 'none of'), details };
}

function didItComeBack(injected: readonly ScenarioResult[], started: RunStarted | null): Answer {
  const question = 'Did it come back?';
  if (injected.length === 0) return { question, tone: 'neutral', answer: 'nothing had to', details: [] };
  const lost = injected.filter(({ recovered }) => recovered === false);
  const unseen = injected.filter(({ recovered }) => recovered === null);
  const hold = started === null ? '' : `Well again means: every probe held for ${formatMs(started.holdMs)}`;
  const each = injected.map(({ name, recovered, recoveryTimeSeconds }) => {
    if (recovered === null) return `${name}: not observed`;
    if (!recovered) return `${name}: not within ${formatMs(started?.maxRecoveryWaitMs ?? Number.NaN)}`;
    return `${name}: after ${formatMs((recoveryTimeSeconds ?? 0) * 1_000)}`;
  });
  const details = [...(injected.length === 1 ? [] : each), ...(hold === '' ? [] : [hold])];
  if (lost.length > 0) {
    const wait = started === null ? '' : `, not within ${formatMs(started.maxRecoveryWaitMs)}`;
    return { question, tone: 'bad', answer: `no${wait}`, details };
  }
  if (unseen.length > 0) return { question, tone: 'unsure', answer: 'not observed to its end', details };
  const slowest = Math.max(...injected.map(({ recoveryTimeSeconds }) => recoveryTimeSeconds ?? 0));
  const within = injected.length === 1 ? 'after' : 'each within';
  return { question, tone: 'good', answer: `yes, ${within} ${formatMs(slowest * 1_000)}`, details };
}

function isItClean({ cleanExit, scenarios }: Results): Answer {
  const question = 'Is the machine clean?';
  if (cleanExit === null) {
    return {
      question,
      tone: 'bad',
      answer: 'not checked: the run died before',
      details: ['`chaosx recover` undoes what it may have left behind'],
    };
  }
  if (!cleanExit.clean) {
    return { question, tone: 'bad', answer: 'no, something was left behind', details: cleanExit.leftovers };
  }
  const notUndone = scenarios.filter(({ verdict }) => verdict === 'leaked');
  if (notUndone.length > 0) {
    return {
      question,
      tone: 'bad',
      answer: 'not certain, an undo failed',
      details: notUndone.map(({ name, reason }) => `${name}: ${reason}`),
    };
  }
  return {
    question,
    tone: 'good',
    answer: 'yes, nothing was left behind',
    details: [lookedAtText(cleanExit)],
  };
}
