// Do generated tests handle chaos? Calls that this process makes by `fetch`, `http` and `net` fail, one in five.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();

const testSuite: readonly (() => Promise<boolean>)[] = [
  async () => (await shop.priceOf('42')).euros > 0,
  async () => (await shop.priceOf('43')).article === '43',
];

const experiment = new ChaosExperiment({
  name: 'Test Suite Resilience',
  description: 'Verify tests handle chaos',
  scenarios: [
    CHAOS_SCENARIOS.random_exceptions.with({
      duration: '2s',
      parameters: { exceptionTypes: ['ECONNRESET', 'TimeoutError'], injectionRate: 0.2 },
    }),
  ],
  targetSystem: 'test_suite',
  duration: 30,
  steadyStateHypothesis: 'Tests pass under chaos',
  successCriteria: { passRate: 0.95 },
  probes: [
    {
      name: 'tests',
      every: '50ms',
      check: async () => (await Promise.all(testSuite.map((run) => run()))).every(Boolean),
    },
  ],
  baseline: '1s',
  holdTime: '1s',
});

const results = await new ChaosOrchestrator().runExperiment(experiment);
const [scenario] = results.scenarios;
console.log(`${results.verdict}: ${results.reason}`);
console.log(`Calls that failed: ${scenario?.decisionsFired}`);
