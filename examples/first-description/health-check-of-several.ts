// A health check made of several: the results say which one failed.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const { database_layer: database, queue } = shop.components;

const answers = (ask: () => Promise<unknown>) => ask().then(Boolean, () => false);

const healthCheck = async () => ({
  api_responsive: await answers(() => shop.priceOf('42')),
  database_connected: await answers(() => database.query('42')),
  queue_processing: await answers(() => queue.processed()),
  memory_ok: process.memoryUsage().rss < 2 ** 32,
});

const experiment = new ChaosExperiment({
  name: 'All parts are well without a database',
  scenarios: [
    CHAOS_SCENARIOS.random_exceptions.with({
      duration: '1s',
      targetComponents: ['database_layer'],
      parameters: { injectionRate: 1 },
    }),
  ],
  targetSystem: inProcessTarget('shop', shop.components),
  steadyStateHypothesis: 'The shop is well without its database',
  successCriteria: { passRate: 0.9 },
  baseline: '1s',
  holdTime: '1s',
});

const failures = new Set<string>();
const results = await new ChaosOrchestrator().runExperiment(experiment, healthCheck, {
  onEvent: (event) => {
    if (event.type === 'sample' && event.outcome !== 'passed') failures.add(event.detail ?? event.outcome);
  },
});
console.log(`${results.verdict}: ${results.reason}`);
console.log(`What failed: ${[...failures].join(', ')}`);
for (const recommendation of results.recommendations) console.log(`TODO: ${recommendation}`);
