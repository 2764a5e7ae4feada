import type { ReceiptLog } from '../../src/faults/injection.js';
import { systemClock } from '../../src/model/system-clock.js';
import { never } from '../network-servers.js';

let rigs = 0;

/** A run of its own for the target of one rig: what it starts is marked by an id that no other rig has. */
export function rigRun() {
  rigs += 1;
  return {
    runId: `conformance-rig-${process.pid}-${rigs}`,
    bootId: 'conformance',
    expiresAt: systemClock.wallMs() + 600_000,
    journal: noJournal,
    clock: systemClock,
    outputPath: null,
    signal: never,
  };
}

const noJournal: ReceiptLog = {
  record: async () => undefined,
  amend: async () => undefined,
  done: async () => undefined,
};
