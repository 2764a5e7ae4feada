import { performance } from 'node:perf_hooks';

// As they are before any fault: captured when the module loads.
const wallMs = Date.now;
const nowMs = performance.now.bind(performance);
const { hrtime } = process;
const hrtimeNs = hrtime.bigint.bind(hrtime);
const uptimeS = process.uptime.bind(process);

/** The clocks of this thread without any fault. */
export const realTime = { wallMs, nowMs, hrtimeNs, uptimeS, Date } as const;
