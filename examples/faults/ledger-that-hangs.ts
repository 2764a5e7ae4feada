// Calls that wait for each other for ever: a page that waits with them, and one that gives up and shows what it knew.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';

/** What the pages depend on: it takes locks, as a client of a database does, and lets its callers give up. */
class Ledger {
  async balanceOf(_account: string, _options: { signal?: AbortSignal } = {}): Promise<number> {
    return 1_200;
  }
}

type Page = (ledger: Ledger) => Promise<number>;

/** Has the bug: it waits for as long as it takes. */
const naive: Page = (ledger) => ledger.balanceOf('savings');

/** Waits 100 ms for its turn, and then shows the balance of the last statement. */
const patient: Page = (ledger) =>
  ledger.balanceOf('savings', { signal: AbortSignal.timeout(100) }).catch(() => lastStatement);

const lastStatement = 1_200;

async function tryOut(name: string, page: Page): Promise<void> {
  const ledger = new Ledger();
  const experiment = new ChaosExperiment({
    name: `${name} page with a deadlock in its ledger`,
    scenarios: [CHAOS_SCENARIOS.deadlock.with({ duration: '2s', targetComponents: ['ledger'] })],
    targetSystem: inProcessTarget(name, { ledger }),
    steadyStateHypothesis: 'The balance is shown within half a second',
    successCriteria: { passRate: 0.99 },
    probes: [
      {
        name: 'balance',
        check: async () => (await page(ledger)) === 1_200,
        every: '100ms',
        timeout: '500ms',
      },
    ],
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

await tryOut('naive', naive);
await tryOut('patient', patient);
