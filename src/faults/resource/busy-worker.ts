/** Keeps one thread busy for a share of each period, until the shared word is set. Started by `busy-workers.ts`. */
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { BusyWorkerData } from './busy-workers.js';

/** Short against what a scheduler or a probe averages over, long against what a wake-up costs. */
const periodMs = 40;
/** The shared word is looked at this often, so that a revert is quick. */
const sliceMs = 2;

const { stop, share } = workerData as BusyWorkerData;
const isStopped = () => Atomics.load(stop, 0) !== 0;

while (!isStopped()) {
  const busyUntil = performance.now() + periodMs * share;
  while (performance.now() < busyUntil && !isStopped()) {
    const sliceEnd = performance.now() + sliceMs;
    while (performance.now() < sliceEnd);
  }
  if (share < 1) Atomics.wait(stop, 0, 0, periodMs * (1 - share));
}
