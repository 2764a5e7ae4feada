import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../../src/model/scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { openTarget } from '../../src/targets/open-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig, ConformanceSubject } from '../../src/testing/fault-conformance.js';
import { never } from '../network-servers.js';
import { hasFaketime } from '../real-programs.js';
import { faultOf } from './fault-of.js';
import type { NamedSubject } from './keeps-contract.js';
import { rigRun } from './rig-run.js';

const { time_skew: skew, clock_drift: drift } = CHAOS_SCENARIOS;
const by = 'libfaketime' as const;
const ahead = skew.with({ parameters: { by, offset: '1h' } });
const fast = drift.with({ parameters: { by, rate: 1_000, clocks: ['wall'] } });

/** The clock of a program that is no Node; none where libfaketime is not installed. */
export const preloadedClockSubjects: readonly NamedSubject[] = hasFaketime
  ? [
      ['a preloaded clock an hour ahead', preloaded(ahead, 'skewByPreload')],
      ['a preloaded clock that runs too fast', preloaded(fast, 'driftByPreload')],
    ]
  : [];

function preloaded(scenario: Scenario, name: string): ConformanceSubject {
  const url = new URL('../../dist/faults/time/clocks-by-preload.js', import.meta.url);
  return { fault: faultOf(scenario, 'process'), scenario, setUp, module: { url, name } };
}

/** A shell that writes down again and again what time its programs say it is. */
async function setUp(): Promise<ConformanceRig> {
  const run = rigRun();
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-preloaded-'));
  const file = join(folder, 'time');
  const loop = `while :; do date +%s > ${file}.next; mv ${file}.next ${file}; sleep 0.02; done`;
  const spec = { name: 'program', start: ['sh', '-c', loop] };
  const open = await openTarget(startedTarget(spec), spec, { ...run, preloadsClock: true });
  const clock = open.target.running?.clock?.directory ?? '';
  return {
    target: open.target,
    async feelsFault() {
      // A full turn of the loop, on a busy machine.
      await systemClock.sleep(400, never);
      return Math.abs(Number(readFileSync(file, 'utf8')) * 1_000 - systemClock.wallMs()) > 30_000;
    },
    fingerprint: async () => readFileSync(join(clock, 'offset'), 'utf8'),
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
