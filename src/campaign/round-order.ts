import { decisions } from '../model/decide.js';

/** Each of the choices in turn until there are `rounds`, in a new seeded order each time around. */
export function roundOrder<T>(choices: readonly T[], rounds: number, seed: number): readonly T[] {
  const decide = decisions(seed);
  const order: T[] = [];
  for (let cycle = 0; order.length < rounds; cycle += 1) {
    const draw = decide.at('round order', String(cycle));
    const drawn = choices.map((choice, i) => ({ choice, at: draw(i) }));
    order.push(...drawn.toSorted((a, b) => a.at - b.at).map(({ choice }) => choice));
    if (choices.length === 0) break;
  }
  return order.slice(0, rounds);
}
