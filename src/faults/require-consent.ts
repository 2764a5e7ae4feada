import { statSync } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import type { Fault } from '../model/fault.js';
import type { Target } from '../model/target.js';
import type { LocalProcess } from '../targets/find-local-processes.js';
import { findLocalProcesses } from '../targets/find-local-processes.js';
import { formatAddress } from '../targets/parse-address.js';

/** The local processes that faults hit beside the target: those that talk to an address whose packets are broken. */
export function processesHitBy(faults: readonly Fault[], target: Target): readonly LocalProcess[] {
  if (target.kind !== 'address' || faults.every(({ backend }) => backend !== 'kernel')) return [];
  return findLocalProcesses(target.addresses);
}

/**
 * What hits others than this user's own needs to be allowed: rules by address, however many talk there now, and signals and
 * limits for a process of another user. So does the end of a process that chaosx did not start, and cannot bring back.
 *
 * @throws ChaosError UNSAFE with every local process that would be hit
 */
export function requireConsent(
  faults: readonly Fault[],
  target: Target,
  hit: readonly LocalProcess[],
  allowed: boolean,
): void {
  if (allowed) return;
  refuseToEnd(faults, target);
  requireOwnUser(faults, target);
  if (target.kind !== 'address' || faults.every(({ backend }) => backend !== 'kernel')) return;
  const place = target.addresses.map(formatAddress).join(', ');
  const list = hit.map((process) => `\n  ${localProcessText(process)}`).join('');
  const who =
    hit.length === 0
      ? 'whatever process of this machine talks there; none does now'
      : `every process of this machine that talks there, now:${list}`;
  throw new ChaosError('UNSAFE', `rules of the kernel at ${place} hit ${who}`, {
    hint: 'allow it with --yes, or allowLocalProcesses: true in code',
  });
}

function refuseToEnd(faults: readonly Fault[], target: Target): void {
  if (target.kind !== 'running' || faults.every(({ type }) => type !== 'PROCESS_KILL')) return;
  throw new ChaosError(
    'UNSAFE',
    `process ${target.process.pid} (${target.command}) is to be ended, and chaosx cannot start it again: whoever runs it must`,
    { hint: 'allow it with --yes, or allowLocalProcesses: true in code' },
  );
}

function requireOwnUser(faults: readonly Fault[], target: Target): void {
  if (target.kind !== 'running' || faults.every(({ backend }) => backend !== 'process')) return;
  const { pid } = target.process;
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  if (uid === undefined || uid === process.geteuid?.()) return;
  throw new ChaosError(
    'UNSAFE',
    `process ${pid} (${target.command}) belongs to another user (${uid}), and is to be hit as a whole`,
    { hint: 'allow it with --yes, or allowLocalProcesses: true in code' },
  );
}

/** A process in one line: `pid 4711 (node server.mjs): 2 connections`. */
export function localProcessText({ pid, command, how }: LocalProcess): string {
  return `pid ${pid} (${command}): ${how}`;
}
