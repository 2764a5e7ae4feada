/** A number with its noun: `1 connection`, `2 connections`. */
export function counted(n: number, noun: string): string {
  return `${n} ${plural(n, noun)}`;
}

/** The noun alone, as it goes with `n`. */
export function plural(n: number, noun: string): string {
  return n === 1 ? noun : `${noun}s`;
}
