import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.js';
import { setTimeout, clearTimeout } from './real-timers.js';

const monotonicNow = performance.now.bind(performance);
const wallNow = Date.now;

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => monotonicNow(),
  wallMs: () => wallNow(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, delayMs);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};
