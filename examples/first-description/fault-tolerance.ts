// Which share of ten faults, of every kind that the shop's process supports, its callers never notice.
import { ResilienceTester } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const tester = new ResilienceTester();

const tolerance = await tester.testFaultTolerance({
  systemUnderTest: () => shop.priceOf('42'),
  healthCheck: async () => (await shop.priceOf('42')).euros > 0,
  isFallback: ({ fresh }) => !fresh,
  healthCheckEvery: '100ms',
  numIterations: 10,
  // Shortened, so that it can be tried out.
  duration: '500ms',
  baseline: '100ms',
  holdTime: '100ms',
  onEvent: (event) => {
    if (event.type === 'round-ended')
      console.log(`  ${event.summary.scenarios[0]?.name}: ${event.summary.verdict}`);
  },
});
console.log(`Fault tolerance: ${tolerance.toFixed(2)}%`);
