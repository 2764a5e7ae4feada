/** How a load comes: to its level over some time, smoothly or in steps, and stays there. */
export interface LoadCurve {
  /** The level, as a share of time from 0 to 1. */
  readonly share: number;
  /** Until the level is reached; 0: it is there at once. */
  readonly rampMs: number;
  /** Steps of equal height and length on the way; 0: smooth. The first one is there at once. */
  readonly rampSteps: number;
}

/** Milliseconds of busy time that a load comes to in its first `elapsedMs`. */
export function busyGoalMs({ share, rampMs, rampSteps }: LoadCurve, elapsedMs: number): number {
  if (elapsedMs <= 0) return 0;
  const onRampMs = Math.min(elapsedMs, rampMs);
  const atLevelMs = (elapsedMs - onRampMs) * share;
  if (rampMs === 0) return atLevelMs;
  if (rampSteps === 0) return (share * onRampMs ** 2) / (2 * rampMs) + atLevelMs;
  const stepMs = rampMs / rampSteps;
  const whole = Math.min(rampSteps, Math.floor(onRampMs / stepMs));
  const stairsMs = (stepMs * whole * (whole + 1)) / 2 + (onRampMs - whole * stepMs) * (whole + 1);
  return (share / rampSteps) * stairsMs + atLevelMs;
}
