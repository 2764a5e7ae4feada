import { judge } from '../judge/judge.js';
import { metricsOf } from '../judge/metrics.js';
import { ChaosError } from '../model/chaos-error.js';
import type { EventSink } from '../model/events.js';
import type { Results } from '../model/results.js';
import { openDecisionLog } from '../store/decision-log.js';
import { openEventLog } from '../store/event-log.js';
import { limitDecisions } from '../store/limit-decisions.js';
import { createRunFolder, createRunFolderAt, type RunFolder } from '../store/run-folder.js';
import { writeResults } from '../store/write-results.js';
import { formatAddress } from '../targets/parse-address.js';
import { runningLockKey } from '../targets/running-target.js';
import { bootId } from '../undo/boot-id.js';
import { StopRequest } from '../undo/stop-request.js';
import { lockTarget } from '../undo/target-lock.js';
import { openUndoJournal } from '../undo/undo-journal.js';
import { startWatchdog, startWatchdogBeside } from '../undo/watchdog-process.js';
import { lookBeforeRun } from './clean-exit.js';
import { mayBeEnded } from './may-be-ended.js';
import { openLiveTarget, runsCommands } from './live-target.js';
import { packageVersion } from './package-version.js';
import type { PreparedRun } from './prepare-run.js';
import { runPlan } from './run-plan.js';
import { StopReason } from './stop-reason.js';
import { touchedReceipts } from './touched-receipts.js';

export interface ExecuteOptions {
  /** Where runs are kept; null keeps nothing. */
  readonly resultsDirectory: string | null;
  /** The exact path of the run's folder, instead of one of its own below `resultsDirectory`. */
  readonly folderPath?: string | undefined;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string | undefined;
  /** Aborting reverts and stops the run. */
  readonly signal: AbortSignal;
  /** Told every event as it happens. */
  readonly onEvent?: EventSink | undefined;
  /** How the target is brought up. Default: as the plan's target is. */
  readonly openTarget?: typeof openLiveTarget | undefined;
  /** The experiment file, kept beside the results: without secrets (`storedExperimentText`). */
  readonly experimentText?: string | undefined;
}

export interface ExecutedRun {
  readonly results: Results;
  /** The run's folder; null when nothing was to be kept, or the results could not be: then that is among the mishaps. */
  readonly folder: string | null;
  /** What went wrong beside the run, none of which changed its verdict: storage that failed, a listener that threw. */
  readonly mishaps: readonly unknown[];
}

/**
 * Runs a prepared experiment on this machine: takes the target's lock, opens the run's folder and the undo journal,
 * starts the watchdog, runs, judges, writes `results.json`.
 *
 * While all runs of this user are stopped (`StopRequest`), it stops, or does not start.
 *
 * @throws ChaosError TARGET_LOCKED, STORAGE_FAILED or UNSAFE before anything was started; where `folderPath` cannot be
 *   created, the run goes on without being kept
 */
export async function executeRun(prepared: PreparedRun, options: ExecuteOptions): Promise<ExecutedRun> {
  const { runId } = prepared;
  const { stateDirectory } = options;
  const request = await StopRequest.in({ stateDirectory });
  if (request.isThere()) {
    throw new ChaosError('UNSAFE', `all runs are stopped: ${request.path} is there`, {
      hint: '`chaosx stop --release` lets runs start again',
    });
  }
  const stop = new AbortController();
  using _watch = request.watch(() => stop.abort(new StopReason('signal', 'chaosx stop')));
  const signal = AbortSignal.any([options.signal, stop.signal]);
  await using _lock = await lockTarget({ key: lockKey(prepared), runId, stateDirectory });
  // What goes wrong beside the run (a full disk, a listener that throws) must not keep it from reverting: told after it.
  const mishaps: unknown[] = [];
  const folder = await openFolder(prepared, options, mishaps);
  const results = await runIn(folder, prepared, { ...options, signal }, mishaps);
  const kept = folder !== null && (await isWritten(folder, results, mishaps));
  return { results, folder: kept ? folder.path : null, mishaps };
}

function isWritten(folder: RunFolder, results: Results, mishaps: unknown[]): Promise<boolean> {
  return writeResults(folder, results).then(
    () => true,
    (error: unknown) => {
      mishaps.push(error);
      return false;
    },
  );
}

async function runIn(
  folder: RunFolder | null,
  { runId, plan, startSpec, clock }: PreparedRun,
  { stateDirectory, signal, onEvent, openTarget = openLiveTarget }: ExecuteOptions,
  mishaps: unknown[],
): Promise<Results> {
  let judged = judge.init();
  {
    await using journal = await openUndoJournal({ runId, stateDirectory });
    const looking = lookBeforeRun({ runId, target: plan.target, stateDirectory });
    looking.catch(() => undefined);
    const outlives =
      startSpec !== null ||
      runsCommands(plan) ||
      plan.steps.some(({ fault }) => fault.survives !== 'process');
    // What dies with this process alone needs nobody to undo it, unless the process hangs.
    const watched = { endsHungRun: await mayBeEnded() };
    await using watchdog = outlives
      ? await startWatchdog(journal, watched)
      : startWatchdogBeside(journal, watched);
    const before = await looking;
    const onError = (error: ChaosError) => void mishaps.push(error);
    await using log = folder === null ? null : openEventLog(folder, { onError });
    await using decisionLog = folder === null ? null : openDecisionLog(folder, { onError });
    const emit = limitDecisions(
      (event) => {
        judged = judge.step(judged, event);
        log?.append(event);
        try {
          onEvent?.(event);
        } catch (error) {
          mishaps.push(error);
        }
      },
      (decision) => decisionLog?.append(decision),
    );
    const receipts = touchedReceipts(journal, () => watchdog.changed());
    const context = { runId, bootId: await bootId(), clock, journal: receipts };
    const outputPath = folder?.outputPath('target.log') ?? null;
    await runPlan(plan, {
      ...context,
      emit,
      openTarget: (stop) => openTarget(plan, startSpec, { ...context, outputPath, signal: stop }),
      metrics: () => metricsOf(judged),
      checkCleanExit: () => before.compare(receipts.all()),
      signal,
      environment: {
        chaosx: packageVersion(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
    });
  }
  return judge.result(judged);
}

/** A started target is the same for every run that would start it; objects belong to this process. */
function lockKey({ plan: { target }, startSpec }: PreparedRun): string {
  if (target.kind === 'address') return `address ${target.addresses.map(formatAddress).sort().join(' ')}`;
  if (target.kind === 'fronted') {
    const ports = target.fronts.map(({ listen }) => formatAddress(listen));
    return `front ${ports.sort().join(' ')}`;
  }
  if (target.kind === 'running') return runningLockKey(target);
  const place = startSpec === null ? `pid ${process.pid}` : (startSpec.cwd ?? process.cwd());
  return `${target.kind} ${target.name} ${place}`;
}

async function openFolder(
  { plan, clock }: PreparedRun,
  { resultsDirectory, folderPath, experimentText }: ExecuteOptions,
  mishaps: unknown[],
): Promise<RunFolder | null> {
  if (folderPath !== undefined) {
    // A round of something that began long ago: a disk that is full by now must not end it.
    return createRunFolderAt(folderPath, experimentText).catch((error: unknown) => {
      mishaps.push(error);
      return null;
    });
  }
  if (resultsDirectory === null) return null;
  const startedAt = new Date(clock.wallMs());
  return createRunFolder({
    resultsDirectory,
    experimentName: plan.experiment.name,
    startedAt,
    experimentText,
  });
}
