import { newRunId } from '../faults/run-id.js';
import type { AgentLink, AgentPlace } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import { formatMs } from '../model/duration.js';
import type { HandlerCount } from '../model/handler.js';
import type { StartSpec } from '../model/experiment.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import type { RunningTarget } from '../model/target.js';
import type { OpenContext } from '../targets/open-context.js';
import { openRunning } from '../targets/open-running.js';
import { openTarget } from '../targets/open-target.js';
import { runningLockKey } from '../targets/running-target.js';
import { startedTarget } from '../targets/started-target.js';
import { bootId } from '../undo/boot-id.js';
import type { StateOptions } from '../undo/state-directory.js';
import { lockTarget } from '../undo/target-lock.js';
import { openUndoJournal } from '../undo/undo-journal.js';
import { startWatchdog } from '../undo/watchdog-process.js';

/** What the agent found in a process. */
export interface Inside {
  readonly process: ProcessIdentity;
  /** The threads that it is in. */
  readonly places: readonly AgentPlace[];
  /** Names of the functions that can be hit. */
  readonly sites: readonly string[];
  /** Handlers of errors in its modules, where these were asked for. */
  readonly handlers?: readonly HandlerCount[];
  /** How long attaching took; null for what was started with the agent. */
  readonly attachedInMs: number | null;
}

export interface LookInsideOptions extends StateOptions {
  /** How long what is started may take until it has loaded its modules: the look ends earlier when nothing new comes. */
  readonly waitMs: number;
  /** Handlers of errors are looked for too, in what is started. Default false. */
  readonly handlers?: boolean;
  readonly signal: AbortSignal;
}

/** What is started counts as loaded when nothing new came for so long. */
const quietMs = 1_000;
const lookEveryMs = 100;
/** The watchdog ends it after this, whatever happens. */
const slackMs = 60_000;
/** All functions of the program's own modules, but not of what it has installed. */
const ownModules = ['**/*'];

/**
 * Looks with the agent at what can be hit in a process: attaches to one that runs and detaches again, or starts one and
 * stops it. Nothing is broken, and nothing is left.
 *
 * @throws TargetNotReady when it does not come up, or the agent does not get in; ChaosError UNSAFE, INVALID_INPUT,
 *   TARGET_LOCKED, STORAGE_FAILED; the signal's reason when it aborts
 */
export async function lookInside(
  target: StartSpec | RunningTarget,
  options: LookInsideOptions,
): Promise<Inside> {
  const clock = systemClock;
  const { stateDirectory, waitMs, handlers = false, signal } = options;
  const runId = newRunId(clock.wallMs());
  await using _lock =
    'kind' in target ? await lockTarget({ key: runningLockKey(target), runId, stateDirectory }) : null;
  await using journal = await openUndoJournal({ runId, stateDirectory });
  await using watchdog = await startWatchdog(journal);
  const context: OpenContext = {
    runId,
    bootId: await bootId(),
    expiresAt: clock.wallMs() + waitMs + slackMs,
    journal: {
      record: (receipt) => journal.record(receipt).then(() => watchdog.changed()),
      amend: (id, facts) => journal.amend(id, facts).then(() => watchdog.changed()),
      done: (id) => journal.done(id).then(() => watchdog.changed()),
    },
    clock,
    outputPath: null,
    agent: {
      redirectsOutgoing: false,
      modules: 'kind' in target ? [] : ownModules,
      ...(handlers && { handlers: ownModules }),
      listsModules: true,
    },
    signal,
  };
  return 'kind' in target
    ? await lookAtRunning(target, context)
    : await lookAtStarted(target, waitMs, context);
}

async function lookAtRunning(target: RunningTarget, context: OpenContext): Promise<Inside> {
  await using open = await openRunning(target, context);
  const { agent } = open.target;
  const sites = (await agent?.sites(context.signal)) ?? [];
  return { process: target.process, places: agent?.places() ?? [], sites, attachedInMs: open.attachedInMs };
}

async function lookAtStarted(spec: StartSpec, waitMs: number, context: OpenContext): Promise<Inside> {
  await using open = await openTarget(startedTarget(spec), spec, context);
  const { running } = open.target;
  if (running?.agent === undefined)
    throw new ChaosError('INTERNAL', 'expected the target to run with the agent');
  const { agent, process } = running;
  const sites = await awaitQuiet(agent, waitMs, () => open.failure() === null, context);
  const places = agent.places();
  const handlers = context.agent?.handlers === undefined ? null : await handlersOf(agent, waitMs, context);
  if (places.length > 0) return { process, places, sites, ...(handlers && { handlers }), attachedInMs: null };
  throw new ChaosError(
    'TARGET_NOT_READY',
    `expected the agent in ${spec.name} within ${formatMs(waitMs)}, ${open.failure() ?? 'it is in none of its processes'}`,
    {
      hint: 'the agent reaches Node processes that keep NODE_OPTIONS and CHAOSX_AGENT; give it longer with --wait',
    },
  );
}

async function handlersOf(
  agent: AgentLink,
  activeMs: number,
  { runId, signal }: OpenContext,
): Promise<readonly HandlerCount[]> {
  const armed = await agent.arm(`${runId}-handlers`, { kind: 'handlers', activeMs }, () => undefined, signal);
  const { handlers } = await armed.counts(signal);
  await armed.disarm(signal);
  return handlers;
}

/** The functions in reach, once they are the same for a while, or time is over, or it has ended. */
async function awaitQuiet(
  agent: AgentLink,
  waitMs: number,
  isRunning: () => boolean,
  { clock, signal }: OpenContext,
): Promise<readonly string[]> {
  const startedMs = clock.nowMs();
  let changedMs = startedMs;
  let known: readonly string[] = [];
  while (isRunning() && clock.nowMs() < startedMs + waitMs) {
    const sites = await agent.sites(signal);
    if (sites.length !== known.length) changedMs = clock.nowMs();
    known = sites.length > 0 ? sites : known;
    if (known.length > 0 && clock.nowMs() - changedMs >= quietMs) break;
    await clock.sleep(lookEveryMs, signal);
  }
  return known;
}
