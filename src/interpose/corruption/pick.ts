/** One of the choices by a draw that is uniform in [0, 1). */
export function pick<T>(choices: readonly T[], draw: number): T {
  return choices[Math.floor(draw * choices.length)] as T;
}
