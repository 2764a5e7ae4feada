/** Keeps one thread busy along a curve, until the shared word is set. Started by `busy-workers.ts`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { BusyWorkerData } from './busy-workers.js';
import { busyGoalMs } from './load-curve.js';

/** Short against what a scheduler or a probe averages over, long against what a wake-up costs. */
const periodMs = 40;
/** The shared word is looked at this often, so that a revert is quick. */
const sliceMs = 2;
/** What others took of the CPU is made up for, but no more than this: nobody is starved for what was long ago. */
const mostOwedMs = 500;

const { stop, curve } = workerData as BusyWorkerData;
const isStopped = () => Atomics.load(stop, 0) !== 0;

// CPU time that this thread really had: on a busy machine it is less than the time that passed.
const schedule = openSync('/proc/thread-self/schedstat', 'r');
const text = Buffer.alloc(64);
function ranMs(): number {
  const length = readSync(schedule, text, 0, text.length, 0);
  return Number.parseInt(text.toString('latin1', 0, length), 10) / 1e6;
}

const startedMs = performance.now();
/** What was had, and what is no longer owed. */
let settledMs = -ranMs();

while (!isStopped()) {
  const periodEndsMs = performance.now() + periodMs;
  const goalMs = busyGoalMs(curve, periodEndsMs - startedMs);
  settledMs = Math.max(settledMs, goalMs - mostOwedMs - ranMs());
  // A period that is over without it leaves the rest to the next one.
  while (!isStopped() && ranMs() + settledMs < goalMs && performance.now() < periodEndsMs) {
    const sliceEndMs = performance.now() + sliceMs;
    while (performance.now() < sliceEndMs);
  }
  const restMs = periodEndsMs - performance.now();
  if (restMs > 0) Atomics.wait(stop, 0, 0, restMs);
}
closeSync(schedule);
