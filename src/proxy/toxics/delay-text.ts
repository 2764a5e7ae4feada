/** A delay as decisions name their effect. */
export function delayText(delayMs: number): string {
  return `delay ${Math.round(delayMs)} ms`;
}
