// One fault after the other, chosen by the seed among the mild ones that the shop's components support.
import { ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const { database_layer: database } = shop.components;
const orchestrator = new ChaosOrchestrator({
  targetSystem: inProcessTarget('shop', shop.components),
  healthCheck: async () => (await shop.priceOf('42')).euros > 0,
});

const results = await orchestrator.runContinuousChaos({
  // Shortened from an hour and a minute, so that it can be tried out.
  duration: '8s',
  interval: '2s',
  severityRange: [1, 3],
  scenarios: ['random_exceptions', 'null_injection', 'slow_method'],
  // The shop shows an article without its title when the database has none to give.
  probes: [
    {
      name: 'article',
      check: async () => typeof ((await database.query('42').catch(() => null)) ?? 'untitled') === 'string',
      every: '50ms',
    },
  ],
  baseline: '300ms',
  holdTime: '200ms',
  seed: 42,
  onEvent: (event) => {
    if (event.type === 'round-ended')
      console.log(`  ${event.summary.scenarios[0]?.name}: ${event.summary.verdict}`);
  },
});

console.log(`${results.verdict}: ${results.reason}`);
for (const { scenario, rounds, held } of results.byScenario)
  console.log(`${scenario}: ${held} of ${rounds} rounds held`);
