// How long the shop needs to be well again after one scenario.
import { ResilienceTester } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const tester = new ResilienceTester();

const recoveryTime = await tester.testRecoveryTime({
  systemUnderTest: () => shop.priceOf('42'),
  healthCheck: async () => (await shop.priceOf('42')).fresh,
  scenarioName: 'cpu_spike',
  // Shortened, so that it can be tried out.
  duration: '1s',
  baseline: '500ms',
  holdTime: '500ms',
  healthCheckEvery: '100ms',
});
console.log(`Recovery time: ${recoveryTime.toFixed(2)}s`);
