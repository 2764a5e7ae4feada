// Data that is wrong and looks right: a checkout that believes what its price service says, and one that checks it.
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';

interface Price {
  readonly article: string;
  readonly cents: number;
  readonly currency: 'EUR';
}

/** What the checkout depends on: it answers with a new object each time, as a client of a database does. */
class PriceService {
  async priceOf(article: string): Promise<Price> {
    return { article, cents: 1_200, currency: 'EUR' };
  }
}

type Checkout = (prices: PriceService) => Promise<number>;

/** Has the bug: whatever comes is added up. */
const naive: Checkout = async (prices) => {
  const { cents } = await prices.priceOf('book');
  return cents * 2;
};

/** Looks at what comes, and asks the price list of the day before when it cannot be right. */
const careful: Checkout = async (prices) => {
  const price = await prices.priceOf('book').catch(() => null);
  return (isPlausible(price) ? price.cents : priceOfYesterday) * 2;
};

const priceOfYesterday = 1_200;

function isPlausible(price: unknown): price is Price {
  if (typeof price !== 'object' || price === null) return false;
  const { article, cents, currency } = price as Partial<Price>;
  const isNear = typeof cents === 'number' && cents > priceOfYesterday / 2 && cents < priceOfYesterday * 2;
  return article === 'book' && currency === 'EUR' && isNear && Number.isInteger(cents);
}

async function tryOut(name: string, checkout: Checkout): Promise<void> {
  const prices = new PriceService();
  const experiment = new ChaosExperiment({
    name: `${name} checkout with corrupted prices`,
    scenarios: [
      CHAOS_SCENARIOS.state_corruption.with({
        duration: '1s',
        parameters: {
          injectionRate: 0.3,
          // A price that is a little off cannot be told from a right one, by anybody.
          operators: [
            'scale',
            'unit-error',
            'negate',
            'nan',
            'type-confusion',
            'drop-field',
            'null',
            'rename-field',
          ],
        },
      }),
    ],
    targetSystem: inProcessTarget(name, { prices }),
    steadyStateHypothesis: 'Two books cost 24 euros',
    successCriteria: { passRate: 0.99 },
    probes: [{ name: 'total', check: async () => (await checkout(prices)) === 2_400, every: '20ms' }],
    baseline: '300ms',
    holdTime: '300ms',
    seed: 7,
  });
  const results = await new ChaosOrchestrator().runExperiment(experiment);
  console.log(`${name}: ${results.verdict}: ${results.reason}`);
  for (const { title, columns, rows, more } of results.scenarios[0]?.evidence?.details ?? []) {
    console.log(`${title} (${rows.length + more}), the first three:\n  ${columns.join(' | ')}`);
    for (const row of rows.slice(0, 3)) console.log(`  ${row.join(' | ')}`);
  }
}

await tryOut('naive', naive);
await tryOut('careful', careful);
