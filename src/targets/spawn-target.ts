import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { endProcesses } from '../undo/end-process.js';
import { inNetns } from '../undo/network-namespace.js';
import { identityOf } from '../undo/process-identity.js';
import { runMark } from '../undo/run-mark.js';
import { trackRunProcesses } from '../undo/run-processes.js';
import type { OpenContext } from './open-context.js';
import type { OutputFile } from './output-file.js';
import type { Environment, StartPlan } from './start-plan.js';
import { TargetNotReady } from './target-not-ready.js';

/** How a process ended: one of the two is null. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process group of ours, with its receipt. */
export interface SpawnedTarget {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<ProcessExit>;
  /** null while it runs. */
  exit(): ProcessExit | null;
  /** SIGTERM to its group, SIGKILL 2 s later, then all else that it started; resolves when all are gone. */
  stop(signal: AbortSignal): Promise<void>;
}

export interface SpawnSurroundings {
  /** A process of the run's that ends later: the proxy. */
  readonly spared: ProcessIdentity | null;
  /** The file of the network namespace to start it in; null: that of this process. */
  readonly netns: string | null;
  /** How often it was started before. Default 0. */
  readonly earlierStarts?: number;
}

const groupGraceMs = 2_000;
const restGraceMs = 500;

/**
 * Starts the process of a target in a group and session of its own, marked with the run, its receipt on disk first.
 *
 * @throws TargetNotReady when the program or its folder is missing or may not be used
 */
export async function spawnTarget(
  plan: StartPlan,
  env: Environment,
  output: OutputFile,
  { spared, netns, earlierStarts = 0 }: SpawnSurroundings,
  context: OpenContext,
): Promise<SpawnedTarget> {
  const { runId, bootId, expiresAt, journal } = context;
  const { command } = plan;
  const [program] = command;
  const [executed, ...args] = inNetns(netns, command);
  await requireFolder(plan.cwd);
  const id = earlierStarts === 0 ? `${runId}-target` : `${runId}-target-${earlierStarts + 1}`;
  await journal.record({ kind: 'started-process', id, runId, bootId, expiresAt, program });
  let child: ChildProcess;
  try {
    context.signal.throwIfAborted();
    child = spawn(executed, args, {
      cwd: plan.cwd,
      env: { ...env, [runMark]: runId },
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    if (child.pid === undefined) throw (await once(child, 'error'))[0];
  } catch (error) {
    // Nothing was started.
    await journal.done(id);
    throw context.signal.aborted ? error : notStarted(plan, error);
  }
  const target = await follow(child, runId, spared, () => journal.done(id));
  try {
    await journal.amend(id, { process: target.identity });
  } catch (error) {
    await target.stop(timeoutSignal(groupGraceMs * 5));
    throw error;
  }
  return target;
}

async function follow(
  child: ChildProcess,
  runId: string,
  spared: ProcessIdentity | null,
  done: () => Promise<void>,
): Promise<SpawnedTarget> {
  let exit: ProcessExit | null = null;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  // Asked for in the turn of the spawn: a child that exited at once is still a zombie, with its identity.
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null)
    throw new ChaosError('INTERNAL', `expected process ${child.pid} to have an identity`);
  const track = trackRunProcesses(runId, identity);
  const all = () => track().filter(({ pid }) => pid !== spared?.pid);
  all();

  const stop = async (signal: AbortSignal) => {
    await endProcesses(() => all().filter(({ groupId }) => groupId === identity.pid), {
      graceMs: groupGraceMs,
      emptyLooks: 1,
      signal,
    });
    await endProcesses(all, { graceMs: restGraceMs, signal });
    await exited;
    await done();
  };
  return { identity, exited, exit: () => exit, stop };
}

async function requireFolder(cwd: string | undefined): Promise<void> {
  // Without this look, a missing folder shows as a missing program.
  const isFolder =
    cwd === undefined ||
    (await stat(cwd).then(
      (stats) => stats.isDirectory(),
      () => false,
    ));
  if (isFolder) return;
  throw new TargetNotReady(
    'not-started',
    `expected the folder ${cwd} to start in, there is none`,
    [],
    'set cwd',
  );
}

function notStarted(plan: StartPlan, error: unknown): TargetNotReady {
  const [program] = plan.command;
  const code = (error as NodeJS.ErrnoException).code;
  const got =
    code === 'ENOENT'
      ? 'command not found'
      : code === 'EACCES'
        ? 'it is not executable'
        : error instanceof Error
          ? error.message
          : String(error);
  return new TargetNotReady(
    'not-started',
    `expected to start ${plan.name} with ${program}: ${got}`,
    [],
    'check the command and the PATH that it is looked up in',
  );
}
