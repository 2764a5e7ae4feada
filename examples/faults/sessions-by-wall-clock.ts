// A clock that jumps an hour ahead: sessions that expire by the difference of two dates, and sessions that expire by the
// monotonic clock, which only ever tells how much time has passed.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, thisProcessTarget } from '@testagentx/chaos';

const tenMinutesMs = 600_000;

/** Sessions that end ten minutes after their begin. */
class Sessions {
  readonly #begins = new Map<string, number>();
  readonly #nowMs: () => number;

  /** @param nowMs - the clock by which sessions end */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  begin(user: string): void {
    this.#begins.set(user, this.#nowMs());
  }

  isOpen(user: string): boolean {
    const begin = this.#begins.get(user);
    return begin !== undefined && this.#nowMs() - begin < tenMinutesMs;
  }
}

async function tryOut(name: string, sessions: Sessions): Promise<void> {
  sessions.begin('ada');
  const experiment = new ChaosExperiment({
    name: `sessions ${name}`,
    scenarios: [CHAOS_SCENARIOS.time_skew.with({ duration: '1s', parameters: { offset: '1h' } })],
    targetSystem: thisProcessTarget(name),
    steadyStateHypothesis: 'Who has just come in is not put out',
    // A program that has no use for the wall clock never meets the fault: this one writes a log, too.
    probes: [{ name: 'session', check: () => logged(sessions.isOpen('ada')), every: '50ms' }],
    successCriteria: { passRate: 1 },
    baseline: '300ms',
    holdTime: '300ms',
    seed: 7,
  });
  const results = await new ChaosOrchestrator().runExperiment(experiment);
  console.log(`${name}: ${results.verdict}: ${results.reason}`);
  for (const { title, columns, rows } of results.scenarios[0]?.evidence?.details ?? []) {
    console.log(`${title}:\n  ${columns.join(' | ')}`);
    for (const row of rows) console.log(`  ${row.join(' | ')}`);
  }
}

const log: string[] = [];

function logged(isOpen: boolean): boolean {
  log.push(`${new Date().toISOString()} session is ${isOpen ? 'open' : 'over'}`);
  return isOpen;
}

await tryOut('by the wall clock', new Sessions(() => Date.now()));
await tryOut('by the monotonic clock', new Sessions(() => performance.now()));
