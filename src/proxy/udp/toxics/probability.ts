/** What every toxic of datagrams has. */
export type Chance = {
  /** Chance that it acts on a datagram, 0 to 1 */
  readonly probability: number;
};

/** What is wrong with a chance of some name; null: nothing. */
export function chanceProblem(name: string, chance: number): string | null {
  return chance >= 0 && chance <= 1 ? null : `${name} must be from 0 to 1, got ${chance}`;
}

/** What is wrong with a whole number of some name; null: nothing. */
export function countProblem(name: string, count: number, least: number, most: number): string | null {
  const isRight = Number.isInteger(count) && count >= least && count <= most;
  return isRight ? null : `${name} must be a whole number from ${least} to ${most}, got ${count}`;
}

/** While it ramps up, a toxic acts on fewer datagrams. */
export function scaledChance<S extends Chance>(settings: S, share: number): S {
  return { ...settings, probability: settings.probability * share };
}
