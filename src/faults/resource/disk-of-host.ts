import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '../../model/chaos-error.js';
import type { Aftermath, Evidence, Exposure } from '../../model/evidence.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { DiskFileReceipt, Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import { sizeText } from '../../model/size-text.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { isOwnAddress } from '../../targets/is-own-address.js';
import { diskFileName } from '../../undo/disk-file.js';
import { findMarkedProcesses } from '../../undo/run-processes.js';
import { undoDiskFile } from '../../undo/undo-disk-file.js';
import { lookUntilBack } from '../look-until-back.js';
import { type DiskSpace, diskSpace, percentAsked, percentUsed } from './disk-space.js';
import { filesOpenOn } from './files-open-on.js';
import { makeFillFile } from './fill-file.js';
import { FillLevel } from './fill-level.js';
import { passedText, planFill } from './plan-fill.js';
import { tryWrite } from './try-write.js';
import { withPressure } from './with-pressure.js';

/** Time for taking the file away after a failed inject. */
const cleanUpMs = 5_000;
/** In points of the level. */
const tolerance = 0.5;
/** Of what was taken, the least that must be seen as free again; others may write meanwhile. */
const enoughBack = 0.9;

/** A file of ours takes the space of a file system until it is as full as asked, and holds it there. */
export const diskOfHost: Fault<'DISK_FULL'> = withPressure(
  {
    type: 'DISK_FULL',
    backend: 'host',
    survives: 'journal',
    supports,

    async prepare({ name, parameters }, { runId, injectionId: id, bootId, expiresAt }) {
      const plan = await planFill(parameters);
      if ('refused' in plan)
        throw new ChaosError('UNSUPPORTED_SCENARIO', `${name} cannot be made: ${plan.refused}`);
      const { directory, device, inMemory } = plan;
      const facts = { id, runId, bootId, expiresAt };
      return {
        kind: 'disk-file',
        ...facts,
        directory,
        name: diskFileName(id),
        ...(!inMemory && { device }),
      };
    },

    async inject(scenario, receipt, context) {
      const file = diskFileReceipt(receipt);
      const { signal, clock } = context;
      signal.throwIfAborted();
      const before = await diskSpace(file.directory);
      const inode = await makeFillFile(file);
      const made = { ...file, inode };
      const level = new FillLevel(made, scenario.parameters);
      try {
        await context.amend({ inode });
        await level.fill(signal);
        signal.throwIfAborted();
      } catch (error) {
        await undoDiskFile(made, timeoutSignal(cleanUpMs));
        throw error;
      }
      level.hold(clock);
      context.fired({
        rule: scenario.name,
        site: file.directory,
        n: 0,
        effect: `takes ${sizeText(level.takenBytes)}`,
      });
      return active(scenario, { made, level, before }, context);
    },

    undo: (receipt, signal) => undoDiskFile(diskFileReceipt(receipt), signal),
  },
  'io',
);

interface Filling {
  readonly made: DiskFileReceipt;
  readonly level: FillLevel;
  readonly before: DiskSpace;
}

function active(
  { parameters }: Scenario<'DISK_FULL'>,
  { made, level, before }: Filling,
  context: FaultContext,
): ActiveFault {
  const { directory } = made;
  let fullest: DiskSpace | null = null;
  let mostOpen = 0;
  return {
    async check(): Promise<Evidence> {
      const space = await diskSpace(directory);
      const asked = percentAsked(parameters, space);
      const written = await tryWrite(directory);
      const isReached = level.takenBytes > 0 && percentUsed(space) >= asked - tolerance;
      mostOpen = Math.max(mostOpen, await openByTarget(directory, context));
      const facts = [
        `${round(asked)} % of the file system of ${directory}, ${sizeText(level.takenBytes)} of it by chaosx`,
        ...(written === null ? [] : [written]),
        ...(level.problem === null ? [] : [`it is not held any more: ${level.problem}`]),
      ];
      return {
        active: isReached ? 'yes' : 'no',
        measured: {
          quantity: 'space of the file system that is used',
          unit: '%',
          baseline: percentUsed(before),
          during: percentUsed(space),
          expected: facts.join('; '),
        },
        exposure: exposureOf(mostOpen, directory, context.target),
      };
    },
    async revert(signal) {
      await level.letGo();
      fullest ??= await diskSpace(directory);
      await undoDiskFile(made, signal);
    },
    checkAfter: (signal) =>
      lookUntilBack(() => aftermath(made, level.takenBytes, fullest ?? before), context.clock, signal),
  };
}

async function aftermath(
  { directory, name }: DiskFileReceipt,
  takenBytes: number,
  fullest: DiskSpace,
): Promise<Aftermath> {
  const space = await diskSpace(directory);
  const after = percentUsed(space);
  const isThere = await lstat(join(directory, name)).then(
    () => true,
    () => false,
  );
  if (isThere) return { back: 'no', after };
  // Others may write to it meanwhile: that it is not free is not proof that ours is not.
  const isFree = space.availableBytes - fullest.availableBytes >= takenBytes * enoughBack;
  return { back: isFree ? 'yes' : 'unknown', after };
}

async function supports(
  { parameters, targetComponents }: Scenario<'DISK_FULL'>,
  target: Target,
): Promise<Support> {
  if (parameters.place !== 'disk') {
    return no(`only writes are failed, and no disk is filled: ${target.name} needs a Node process in reach`);
  }
  if (process.platform !== 'linux') {
    return no(`the file is found again by /proc, which ${process.platform} does not have`);
  }
  const hosts =
    target.kind === 'address'
      ? target.addresses.map(({ host }) => host)
      : target.kind === 'fronted'
        ? target.fronts.map(({ address }) => address.host)
        : null;
  if (hosts !== null && !hosts.some(isOwnAddress)) return no(`${target.name} is on another machine`);
  if (targetComponents.length > 0) {
    return no(
      `the disk is the machine's, not a component's (${targetComponents.join(', ')}) of ${target.name}: leave targetComponents empty`,
    );
  }
  const plan = await planFill(parameters);
  if ('refused' in plan) return no(plan.refused);
  return plan.isPassed ? no(await passedText(parameters)) : { supported: true };
}

async function openByTarget(directory: string, { target, runId }: FaultContext): Promise<number> {
  const device = String((await lstat(directory, { bigint: true })).dev);
  return filesOpenOn(device, await pidsOf(target, runId));
}

async function pidsOf(target: Target, runId: string): Promise<readonly number[]> {
  switch (target.kind) {
    case 'objects':
    case 'this-process':
      return [process.pid];
    case 'running':
      return [target.process.pid];
    case 'started':
      return (await findMarkedProcesses(runId)).map(({ pid }) => pid);
    case 'address':
    case 'fronted':
      return [];
  }
}

function exposureOf(open: number, directory: string, { name }: Target): Exposure {
  if (open > 0) {
    const files = open === 1 ? 'a file or folder' : `${open} files or folders`;
    return { kind: 'shares-resource', how: `${name} has ${files} open on that file system` };
  }
  return {
    kind: 'unknown',
    why: `${name} was not seen with a file open on the file system of ${directory}: it may open them only to write`,
  };
}

function diskFileReceipt(receipt: Receipt): DiskFileReceipt {
  if (receipt.kind === 'disk-file') return receipt;
  throw new ChaosError('INTERNAL', `expected the receipt of a file on a disk, got ${receipt.kind}`);
}

function no(reason: string): Support {
  return { supported: false, reason };
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
