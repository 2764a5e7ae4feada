import { setInterval, clearInterval } from '../model/real-timers.js';

const longMs = 2 ** 30;

/** Keeps the process alive, as a request of the platform does that is under way. @returns lets go; idempotent */
export function holdProcess(): () => void {
  const holder = setInterval(() => undefined, longMs);
  return () => clearInterval(holder);
}
