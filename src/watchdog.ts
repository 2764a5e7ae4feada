/**
 * The watchdog: undoes a run's journal when the run dies, and each receipt whose time is over while it lives.
 * Started by src/undo/watchdog-process.ts with the journal's path; standard input is a pipe from the run.
 */
import { createInterface } from 'node:readline';
import { systemClock } from './model/system-clock.js';
import type { ProcessIdentity } from './model/receipt.js';
import { undoers } from './targets/undoers.js';
import { isStopped } from './undo/is-stopped.js';
import { isAlive } from './undo/process-identity.js';
import type { JournalState } from './undo/journal-format.js';
import { isMissingJournal, readUndoJournal } from './undo/read-undo-journal.js';
import { recover, undoReceipt } from './undo/recover.js';
import { aliveWord, askWord, changedWord, cleanWord, endsHungRunArgument } from './undo/watchdog-words.js';

const [, , journalPath = '', ...words] = process.argv;
const endsHungRun = words.includes(endsHungRunArgument);
const never = new AbortController().signal;
/** The wall clock may be set meanwhile: no timer is trusted for longer. */
const longestTimerMs = 60_000;
/** A loop that has not turned for so long stands still. */
const patienceMs = 5_000;
const askEveryMs = 500;

const attempted = new Set<string>();
/** As last read: a journal that was removed with the folder around it still has its receipts undone. */
let known: JournalState | null = null;
let timer: NodeJS.Timeout | undefined;
let enforcing: Promise<void> = Promise.resolve();

/**
 * Undoes what is over and waits for what is next. Only the run writes its journal while it lives, so nothing is
 * marked here; the run's own undo finds nothing left to do.
 */
async function enforceExpiry(): Promise<void> {
  clearTimeout(timer);
  known = await readUndoJournal(journalPath);
  const { pending } = known;
  const open = pending.filter(({ id }) => !attempted.has(id));
  const nowMs = systemClock.wallMs();
  for (const receipt of open.filter(({ expiresAt }) => expiresAt <= nowMs).toReversed()) {
    // What cannot be undone from here while the run lives (its own patches) is tried again when it is gone.
    await undoReceipt(receipt, undoers, never).catch(() => {});
    attempted.add(receipt.id);
  }
  const isPast = pending.some(({ kind, expiresAt }) => kind === 'patch' && expiresAt <= nowMs);
  watchLoop(isPast && endsHungRun ? known.owner : null);
  const next = Math.min(...open.filter((receipt) => !attempted.has(receipt.id)).map((r) => r.expiresAt));
  if (Number.isFinite(next)) schedule(next - systemClock.wallMs());
}

function schedule(delayMs: number): void {
  timer = setTimeout(checkExpiry, Math.min(Math.max(delayMs, 0), longestTimerMs));
}

function checkExpiry(): void {
  // The run removes its journal when all is undone: a journal that is gone has nothing to enforce.
  enforcing = enforcing.then(enforceExpiry).catch(() => {});
}

let asking: NodeJS.Timeout | undefined;
let answeredMs = 0;

/**
 * What is in the run's own process goes with that alone. While some of it is past its time, the run is asked whether its
 * loop turns; one that does not answer is ended, unless somebody has stopped it.
 */
function watchLoop(owner: ProcessIdentity | null): void {
  if (owner === null) {
    clearInterval(asking);
    asking = undefined;
    return;
  }
  if (asking !== undefined) return;
  answeredMs = systemClock.nowMs();
  asking = setInterval(() => {
    if (isStopped(owner)) answeredMs = systemClock.nowMs();
    if (systemClock.nowMs() - answeredMs > patienceMs && isAlive(owner)) process.kill(owner.pid, 'SIGKILL');
    else process.stdout.write(askWord);
  }, askEveryMs);
}

async function undoAll(): Promise<void> {
  await enforcing;
  clearTimeout(timer);
  clearInterval(asking);
  await ownerGone();
  try {
    const { failed } = await recover(journalPath, undoers, never);
    process.exitCode = failed.length === 0 ? 0 : 1;
  } catch (error) {
    if (!isMissingJournal(error)) throw error;
    for (const receipt of known?.pending.toReversed() ?? []) {
      await undoReceipt(receipt, undoers, never).catch(() => {
        process.exitCode = 1;
      });
    }
  }
}

/** A dying process closes its pipes before it is gone: what looks at it waits a little. */
async function ownerGone(): Promise<void> {
  const owner = known?.owner ?? null;
  if (owner === null) return;
  for (let waitedMs = 0; waitedMs < 500 && isAlive(owner); waitedMs += 5) await systemClock.sleep(5, never);
}

// It must outlive the terminal and whoever ends the run's process group.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

let isClean = false;
// A pipe that breaks has ended: 'close' follows.
process.stdin.on('error', () => {});
process.stdout.on('error', () => {});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === cleanWord.trim()) isClean = true;
    else if (line === changedWord.trim()) checkExpiry();
    else if (line === aliveWord.trim()) answeredMs = systemClock.nowMs();
  })
  .on('close', () => {
    clearTimeout(timer);
    clearInterval(asking);
    if (isClean) process.exit(0);
    undoAll().catch(() => {
      process.exitCode = 1;
    });
  });
checkExpiry();
process.stdout.write('ready\n');
