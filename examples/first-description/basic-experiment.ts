// One experiment on this process's own connections: the shop must answer in under a second on a bad network.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const orchestrator = new ChaosOrchestrator();

// A page of twenty articles: of a few packets alone, none might be lost.
const articles = Array.from({ length: 20 }, (_, n) => String(n));
const healthCheck = async () => {
  const prices = await Promise.all(articles.map((article) => shop.priceOf(article)));
  return prices.every(({ euros }) => euros > 0);
};

const experiment = new ChaosExperiment({
  name: 'Network Resilience Test',
  description: 'Test system resilience to network issues',
  scenarios: [
    CHAOS_SCENARIOS.high_latency.with({ duration: '2s' }),
    CHAOS_SCENARIOS.packet_loss.with({ duration: '2s' }),
  ],
  targetSystem: 'my_application',
  duration: 60,
  steadyStateHypothesis: 'System maintains < 1s response time',
  successCriteria: { responseTimeMs: 1000 },
  baseline: '1s',
  holdTime: '1s',
});

const results = await orchestrator.runExperiment(experiment, healthCheck);
console.log(`Experiment successful: ${results.experimentSuccessful} (${results.reason})`);
