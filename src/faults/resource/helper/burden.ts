/**
 * Uses CPU time or memory, as a line on standard input says, until that ends. Started by start-helper.ts, and a process
 * of its own so that it can be in another control group.
 */
import { createInterface } from 'node:readline';
import { startLeak } from '../../../interpose/memory-leak.js';
import { startBusyWorkers } from '../busy-workers.js';
import type { Burden } from './burden-task.js';

const reportEveryMs = 50;

const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
lines.once('line', (line) => {
  const task = JSON.parse(line) as Burden;
  if (task.kind === 'cpu') void startBusyWorkers(task.cores, task.curve);
  else {
    const leak = startLeak(task.leak);
    setInterval(() => say(JSON.stringify([leak.heldBytes, leak.stoppedAt])), reportEveryMs);
  }
});
say('ready');

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
