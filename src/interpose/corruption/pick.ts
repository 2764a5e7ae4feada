/** A choice, uniform in [0, 1). */
export type Draw = number;

/** One of the choices by a draw. */
export function pick<T>(choices: readonly T[], draw: Draw): T {
  return choices[Math.floor(draw * choices.length)] as T;
}
