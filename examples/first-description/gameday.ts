// A gameday on the shop: a bad network, a busy machine and a failing database, the mildest first.
import { CHAOS_SCENARIOS, ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const { database_layer: database } = shop.components;
const orchestrator = new ChaosOrchestrator({ targetSystem: inProcessTarget('shop', shop.components) });

// A page of twenty articles: of a few packets alone, none might be lost.
const articles = Array.from({ length: 20 }, (_, n) => String(n));
const healthCheck = async () => {
  await database.query('42').catch(() => 'unknown');
  const prices = await Promise.all(articles.map((article) => shop.priceOf(article)));
  return prices.every(({ euros }) => euros > 0);
};

const results = await orchestrator.runGameday({
  scenarios: [
    'high_latency',
    'cpu_spike',
    CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 1 } }),
    { use: 'packet_loss', hypothesis: 'The last known price is shown' },
  ],
  systemHealthCheck: healthCheck,
  healthCheckEvery: '250ms',
  steadyStateHypothesis: 'The page shows a price for each article',
  // Shortened, so that it can be tried out.
  duration: '1s',
  baseline: '300ms',
  holdTime: '300ms',
});

console.log(`${results.verdict}: ${results.reason}`);
for (const { scenario, hypothesis, summary, skippedWhy, surprises } of results.agenda) {
  console.log(`  ${scenario}: ${hypothesis}`);
  console.log(`    ${summary?.verdict ?? skippedWhy}, surprises: ${surprises.join('; ') || 'none'}`);
}
