import { performance } from 'node:perf_hooks';
import timersPromises from 'node:timers/promises';
import type { Scenario } from '../../src/model/scenario.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../../src/targets/this-process-target.js';
import type { ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { clockAgentRig } from './clock-agent-rig.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';

const { time_skew: skew, clock_drift: drift } = CHAOS_SCENARIOS;

// As they are before any fault.
const { now } = Date;
const realNowMs = performance.now.bind(performance);

/** The clocks of this process. */
export const clockSubjects: readonly NamedSubject[] = [
  ['a clock an hour ahead', onThisProcess(skew, isOff)],
  [
    'a clock that goes in steps',
    onThisProcess(skew.with({ parameters: { mode: 'step', offset: '-2h' } }), isOff),
  ],
  ['a clock that jumps there and back', onThisProcess(skew.with({ parameters: { mode: 'strobe' } }), isOff)],
  ['a clock that stands still', onThisProcess(skew.with({ parameters: { mode: 'freeze' } }), wallDrifts)],
  ['clocks that run too fast', onThisProcess(drift.with({ parameters: { rate: 3 } }), wallDrifts)],
  [
    'a monotonic clock that runs too slowly',
    onThisProcess(drift.with({ parameters: { rate: 0.5, clocks: ['monotonic'] } }), monotonicDrifts),
  ],
  [
    'timers that come too late',
    onThisProcess(drift.with({ parameters: { rate: 0.5, clocks: ['timers'] } }), timersAreLate),
  ],
  [
    'a clock a day behind in a started process',
    inAgent(skew.with({ parameters: { offset: '-1d' } }), 'started'),
  ],
  [
    'clocks that run too fast in a started process',
    inAgent(drift.with({ parameters: { rate: 4 } }), 'started'),
  ],
  [
    'a clock that stands still in a running process',
    inAgent(skew.with({ parameters: { mode: 'freeze' } }), 'running'),
  ],
  [
    'clocks that run too slowly in a running process',
    inAgent(drift.with({ parameters: { rate: 0.25, clocks: ['wall', 'monotonic'] } }), 'running'),
  ],
];

function inAgent(scenario: Scenario, kind: 'started' | 'running'): ConformanceSubject {
  return { fault: faultOf(scenario, 'agent'), scenario, setUp: () => clockAgentRig(kind) };
}

function onThisProcess(scenario: Scenario, feelsFault: () => Promise<boolean>): ConformanceSubject {
  return {
    fault: faultOf(scenario, 'in-process'),
    scenario,
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      feelsFault,
      fingerprint: async () => [
        Date,
        Date.now,
        performance.now,
        process.hrtime,
        process.hrtime.bigint,
        setTimeout,
        setInterval,
        timersPromises.setTimeout,
        AbortSignal.timeout,
      ],
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

async function isOff(): Promise<boolean> {
  return Math.abs(Date.now() - now()) > 1_000_000;
}

async function wallDrifts(): Promise<boolean> {
  return Math.abs(differs(() => Date.now() - now(), 100)) > 30;
}

async function monotonicDrifts(): Promise<boolean> {
  return Math.abs(differs(() => performance.now() - realNowMs(), 100)) > 30;
}

async function timersAreLate(): Promise<boolean> {
  const fromMs = realNowMs();
  await timersPromises.setTimeout(100);
  return realNowMs() - fromMs > 170;
}

function differs(ahead: () => number, ms: number): number {
  const [from, fromMs] = [ahead(), realNowMs()];
  while (realNowMs() < fromMs + ms);
  return ahead() - from;
}
