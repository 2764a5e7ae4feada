import { performance } from 'node:perf_hooks';
import { setInterval, setTimeout } from '../../model/real-timers.js';

// As they are before any fault: captured when the module loads.
const wallMs = Date.now;
const nowMs = performance.now.bind(performance);
const { hrtime } = process;
const hrtimeNs = hrtime.bigint.bind(hrtime);
const uptimeS = process.uptime.bind(process);

/** The clocks of this thread without any fault. */
export const realTime = { wallMs, nowMs, hrtimeNs, uptimeS, Date } as const;

/** What reads the clocks or sets timers, as a program finds it. */
export const realClockFunctions: ReadonlySet<unknown> = new Set<unknown>([
  Date,
  wallMs,
  Reflect.get(performance, 'now'),
  hrtime,
  Reflect.get(hrtime, 'bigint'),
  setTimeout,
  setInterval,
]);
