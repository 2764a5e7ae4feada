import { Worker } from 'node:worker_threads';
import { overWord, type RescueData, rescueWords, watchOver } from './rescue-thread.js';

/** A thread that says when a blocked one is to go on. It keeps no process alive. */
export class Rescuer {
  readonly words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(rescueWords).length));
  /** Resolves once it watches; rejects when it could not start, or ended before. */
  readonly watching: Promise<void>;
  /** Resolves once its thread is gone. */
  readonly ended: Promise<void>;

  readonly #worker: Worker;

  /** @throws Error when this process may start no threads */
  constructor(watched: Omit<RescueData, 'words'>) {
    const workerData: RescueData = { ...watched, words: this.words };
    // Without the environment, so that what is loaded into every thread of a target is not loaded into this one.
    const worker = new Worker(`(${watchOver.toString()})(require)`, {
      eval: true,
      workerData,
      execArgv: [],
      env: {},
    });
    this.#worker = worker;
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => resolve());
    });
    this.watching = new Promise((resolve, reject) => {
      worker.once('message', () => {
        worker.unref();
        resolve();
      });
      worker.once('error', reject);
      worker.once('exit', () =>
        reject(new Error('the thread that is to end the block ended before it began')),
      );
    });
    // Asked for by whom it concerns.
    this.watching.catch(() => undefined);
  }

  /** The fault is over, whoever waits at the word; the thread ends. Idempotent. */
  release(): void {
    // A process that has nothing else to do waits for its end, which comes at once.
    this.#worker.ref();
    const { word, stop } = rescueWords;
    Atomics.store(this.words, word, overWord);
    Atomics.notify(this.words, word);
    Atomics.store(this.words, stop, 1);
    Atomics.notify(this.words, stop);
  }
}
