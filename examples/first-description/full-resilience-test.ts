// The full test of the first description: an experiment on the network, then repeated runs under load of the machine.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, ResilienceTester } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const orchestrator = new ChaosOrchestrator({ healthCheckEvery: '50ms' });
const tester = new ResilienceTester();
// Shortened, so that it can be tried out.
const short = { baseline: '300ms', holdTime: '200ms' } as const;

const mySystem = () => shop.priceOf('42');
const healthCheck = async () => {
  const articles = Array.from({ length: 20 }, (_, n) => String(n));
  const prices = await Promise.all(articles.map((article) => shop.priceOf(article)));
  return prices.every(({ euros }) => euros > 0);
};

console.log('Testing network resilience...');
const networkResults = await orchestrator.runExperiment(
  new ChaosExperiment({
    name: 'Network Resilience',
    description: 'Test network fault handling',
    scenarios: [
      CHAOS_SCENARIOS.high_latency.with({ duration: '1500ms' }),
      CHAOS_SCENARIOS.packet_loss.with({ duration: '1500ms' }),
    ],
    targetSystem: 'application',
    duration: 60,
    steadyStateHypothesis: 'System handles network issues',
    successCriteria: { maxDowntime: 10 },
    ...short,
  }),
  healthCheck,
);

console.log('Testing resource resilience...');
const resourceMetrics = await tester.testResilience({
  systemUnderTest: mySystem,
  healthCheck,
  scenarios: ['cpu_spike', 'memory_leak'],
  duration: '500ms',
  healthCheckEvery: '100ms',
  ...short,
});

console.log('='.repeat(60));
console.log('RESILIENCE TEST RESULTS');
console.log('='.repeat(60));
console.log(`Network Test: ${networkResults.experimentSuccessful ? 'PASS' : 'FAIL'}`);
console.log(`MTTR: ${resourceMetrics.meanTimeToRecovery.toFixed(2)}s`);
console.log(`Fault Tolerance: ${resourceMetrics.faultToleranceScore.toFixed(2)}%`);
console.log(`Availability: ${resourceMetrics.availability.toFixed(2)}%`);
console.log('Recommendations:');
for (const recommendation of networkResults.recommendations) console.log(`  - ${recommendation}`);
