import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../../package-file.js';
import type { LoadCurve } from './load-curve.js';

export interface BusyWorkerData {
  /** Not 0: stop. */
  readonly stop: Int32Array;
  readonly curve: LoadCurve;
}

/** Threads that keep CPUs busy. They die with this process. */
export interface BusyWorkers {
  /** Idempotent. Resolves once the last thread has ended. */
  stop(): Promise<void>;
}

/**
 * Starts `count` threads that each use CPU time along a curve; resolves once all run.
 *
 * @throws what a thread failed with when it started; none is left then
 */
export async function startBusyWorkers(count: number, curve: LoadCurve): Promise<BusyWorkers> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData: BusyWorkerData = { stop, curve };
  const entry = packageFile('dist/faults/resource/busy-worker.js');
  const workers = Array.from(
    { length: count },
    () => new Worker(entry, { workerData, execArgv: [], env: {} }),
  );
  const ended = workers.map((worker) => once(worker, 'exit').catch(() => undefined));
  const end = async () => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
    await Promise.all(ended);
  };
  try {
    await Promise.all(workers.map((worker) => once(worker, 'online')));
  } catch (error) {
    await end();
    throw error;
  }
  return { stop: end };
}
