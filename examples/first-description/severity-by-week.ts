// Start small: week by week, the scenarios get more severe.
import {
  type ChaosScenario,
  ChaosExperiment,
  ChaosOrchestrator,
  getScenariosBySeverity,
  inProcessTarget,
  isChaosError,
} from '@testagentx/chaos';
import { startShop } from './start-shop.js';

await using shop = await startShop();
const { database_layer: database } = shop.components;
const orchestrator = new ChaosOrchestrator({ targetSystem: inProcessTarget('shop', shop.components) });

async function titleOf(article: string): Promise<string> {
  return (await database.query(article).catch(() => null)) ?? 'title not available';
}

async function runOf(scenario: ChaosScenario): Promise<string> {
  const experiment = new ChaosExperiment({
    name: `Titles under ${scenario.name}`,
    scenarios: [scenario.with({ duration: '1s' })],
    steadyStateHypothesis: 'There is always a title',
    successCriteria: { passRate: 0.95 },
    probes: [{ name: 'title', check: async () => (await titleOf('42')) !== '', every: '20ms' }],
    baseline: '300ms',
    holdTime: '300ms',
  });
  try {
    return (await orchestrator.runExperiment(experiment)).verdict;
  } catch (error) {
    // Not every scenario can be made on every target: refused before anything starts, with the reason.
    if (isChaosError(error) && error.code === 'UNSUPPORTED_SCENARIO') return 'not possible here';
    throw error;
  }
}

const weeks: readonly (readonly [number, number])[] = [
  [1, 2],
  [2, 3],
];
for (const [index, [least, most]] of weeks.entries()) {
  console.log(`Week ${index + 1}: severity ${least} to ${most}`);
  for (const scenario of getScenariosBySeverity(least, most)) {
    console.log(`  ${scenario.name}: ${await runOf(scenario)}`);
  }
}
