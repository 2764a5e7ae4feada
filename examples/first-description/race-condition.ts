// Two box offices sell seats. One looks whether a seat is free and then takes it; the other does both in one step. In quiet
// times both are right; when calls overtake each other, one sells a seat twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, inProcessTarget } from '@testagentx/chaos';

/** A store that answers after a millisecond, as one on another machine does. */
class Seats {
  readonly #owners = new Map<number, string>();

  async isFree(seat: number): Promise<boolean> {
    await sleep(1);
    return !this.#owners.has(seat);
  }

  async take(seat: number, owner: string): Promise<void> {
    await sleep(1);
    this.#owners.set(seat, owner);
  }

  /** In one step: nothing comes in between. */
  async takeIfFree(seat: number, owner: string): Promise<boolean> {
    await sleep(1);
    if (this.#owners.has(seat)) return false;
    this.#owners.set(seat, owner);
    return true;
  }
}

type Sell = (seats: Seats, seat: number, buyer: string) => Promise<boolean>;

const sells: Readonly<Record<string, Sell>> = {
  'look, then take': async (seats, seat, buyer) => {
    if (!(await seats.isFree(seat))) return false;
    await seats.take(seat, buyer);
    return true;
  },
  'in one step': (seats, seat, buyer) => seats.takeIfFree(seat, buyer),
};

for (const [way, sell] of Object.entries(sells)) {
  const seats = new Seats();
  let seat = 0;
  /** The invariant: of two buyers that come shortly after each other, exactly one gets the seat. */
  const soldOnce = async () => {
    const wanted = (seat += 1);
    const first = sell(seats, wanted, 'Ada');
    await sleep(25);
    const got = await Promise.all([first, sell(seats, wanted, 'Grace')]);
    return got.filter(Boolean).length === 1;
  };
  const experiment = new ChaosExperiment({
    name: `Seats are sold once: ${way}`,
    scenarios: [
      CHAOS_SCENARIOS.race_condition.with({ duration: '4s', parameters: { maxDelayMs: 100, budget: 0.8 } }),
    ],
    targetSystem: inProcessTarget('box office', { seats }),
    steadyStateHypothesis: 'No seat is sold twice',
    successCriteria: { maxErrorRate: 0 },
    probes: [{ name: 'sold once', check: soldOnce, every: '50ms' }],
    baseline: '500ms',
    holdTime: '500ms',
    seed: 42,
  });
  const results = await new ChaosOrchestrator().runExperiment(experiment);
  console.log(`${way}: ${results.verdict}: ${results.reason}`);
  for (const { rows } of results.scenarios[0]?.evidence?.details ?? []) {
    for (const [site, , perturbed, , longest] of rows) {
      console.log(`  ${site}: ${perturbed} calls perturbed, by up to ${longest} ms`);
    }
  }
}
