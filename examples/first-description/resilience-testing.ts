// How the shop copes with a slow network, a busy processor and a leak, over repeated runs.
import { ResilienceTester } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const tester = new ResilienceTester();

const metrics = await tester.testResilience({
  systemUnderTest: () => shop.priceOf('42'),
  healthCheck: async () => (await shop.priceOf('42')).euros > 0,
  isFallback: ({ fresh }) => !fresh,
  scenarios: ['high_latency', 'cpu_spike', 'memory_leak'],
  // Shortened, so that it can be tried out.
  duration: '500ms',
  baseline: '200ms',
  holdTime: '200ms',
  healthCheckEvery: '100ms',
});

console.log(`MTTR: ${metrics.meanTimeToRecovery.toFixed(2)}s`);
console.log(`Fault Tolerance: ${metrics.faultToleranceScore.toFixed(2)}%`);
console.log(`Availability: ${metrics.availability.toFixed(2)}%`);
console.log(`Graceful Degradation: ${metrics.gracefulDegradation.toFixed(2)}%`);
console.log(`${metrics.verdict}: ${metrics.reason}`);
