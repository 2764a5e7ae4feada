/** What runs on a day, and what does not. */
export interface Rotation<T> {
  readonly today: readonly T[];
  readonly notToday: readonly T[];
}

/**
 * A day's share of some choices: any ⌈choices ÷ count⌉ days in a row have each of them once, in shares as equal as can be.
 *
 * @param count - most a day, from 1 on
 * @param dayNumber - days since 1970-01-01
 */
export function rotation<T>(choices: readonly T[], count: number, dayNumber: number): Rotation<T> {
  const days = Math.max(1, Math.ceil(choices.length / count));
  const turn = ((dayNumber % days) + days) % days;
  return {
    today: choices.filter((_, index) => index % days === turn),
    notToday: choices.filter((_, index) => index % days !== turn),
  };
}
