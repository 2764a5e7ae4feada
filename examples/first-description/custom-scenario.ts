// A scenario of one's own: some queries of one component time out, in half of the runs.
import {
  ChaosExperiment,
  ChaosOrchestrator,
  ChaosScenario,
  ChaosScenarioType,
  inProcessTarget,
} from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const { database_layer: database } = shop.components;

const databaseTimeout = new ChaosScenario({
  scenarioType: ChaosScenarioType.EXCEPTION_INJECTION,
  name: 'Database Timeout',
  description: 'Simulate database connection timeouts',
  severity: 4,
  duration: 2.0,
  probability: 0.5,
  parameters: { exceptionTypes: ['TimeoutException'], injectionRate: 0.2 },
  targetComponents: ['database_layer'],
});

/** The code under test: it retries once, and then says so. */
async function titleOf(article: string): Promise<string> {
  return database.query(article).catch(() => database.query(article).catch(() => 'title not available'));
}

const experiment = new ChaosExperiment({
  name: 'Titles survive database timeouts',
  // "Scenario not triggering": probability 1 makes it trigger always.
  scenarios: [databaseTimeout.with({ probability: 1 })],
  targetSystem: inProcessTarget('shop', shop.components),
  steadyStateHypothesis: 'There is always a title',
  successCriteria: { passRate: 0.99 },
  probes: [{ name: 'title', check: async () => (await titleOf('42')) !== '', every: '20ms' }],
  baseline: '500ms',
  holdTime: '500ms',
});

const results = await new ChaosOrchestrator().runExperiment(experiment);
console.log(`${results.verdict}: ${results.reason}`);
console.log(`Decisions that fired: ${results.scenarios[0]?.decisionsFired}`);
