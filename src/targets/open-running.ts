import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TargetFacts } from '../agent/agent-files.js';
import { holdProcess } from '../interpose/hold-process.js';
import type { NetworkRoute } from '../model/network.js';
import type { AttachReceipt } from '../model/receipt.js';
import type { RunningTarget } from '../model/target.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { packageFile } from '../package-file.js';
import { isAlive } from '../undo/process-identity.js';
import { attach } from './attach/attach.js';
import { connectionsPassingBy } from './connections-passing-by.js';
import { openAgent } from './open-agent.js';
import type { AgentUse, OpenContext } from './open-context.js';
import { openLastingProxy } from './open-lasting-proxy.js';
import { TargetNotReady } from './target-not-ready.js';

/** A running process with the agent in it. Leaving its scope detaches. */
export interface OpenRunning extends AsyncDisposable {
  /** With `agent` filled, and `outgoing` where that was asked for. */
  readonly target: RunningTarget;
  /** From the first look at the process until its inspector was closed again. */
  readonly attachedInMs: number;
  /** Resolves when the proxy ends, whoever ended it; never without one. */
  readonly proxyEnded: Promise<void>;
  /**
   * Has the agent put everything back and go; connections that pass the proxy stay, and it ends with the last. Idempotent; after
   * a failure, a further call tries again.
   *
   * @throws ChaosError UNDO_FAILED when something in the process does not let go of what was patched
   */
  detach(signal: AbortSignal): Promise<void>;
}

/** Its own, so that an aborted attach still cleans up. */
const undoLimitMs = 10_000;
/** Between the end of the attach and the agents' first word. */
const placeLimitMs = 2_000;

/**
 * Attaches the agent to a running process, each receipt on disk before its act; when it rejects, nothing is left.
 *
 * @throws TargetNotReady not-attached, as `attach`; ChaosError UNSAFE, INJECTION_FAILED, PROXY_FAILED, STORAGE_FAILED;
 *   the signal's reason when it aborts
 */
export async function openRunning(target: RunningTarget, context: OpenContext): Promise<OpenRunning> {
  // Its sockets keep nothing alive.
  using _held = heldProcess();
  const cleanUps: ((undoSignal: AbortSignal) => Promise<void>)[] = [];
  const cleanUp = async (undoSignal: AbortSignal) => {
    using _heldToo = heldProcess();
    for (let last = cleanUps.at(-1); last !== undefined; last = cleanUps.at(-1)) {
      await last(undoSignal);
      cleanUps.pop();
    }
  };
  try {
    const way = context.agent?.redirectsOutgoing === true ? await openWayOut(context) : null;
    if (way !== null) cleanUps.push((undoSignal) => way.stop(undoSignal));
    const facts = {
      ...(way !== null && { dialSocket: way.routes.dialSocket }),
      ...modulesOf(target, context),
    };
    const agent = await openAgent(facts, undefined, context);
    const { link } = agent;
    cleanUps.push(() => agent.stop());
    cleanUps.push((undoSignal) => (isAlive(target.process) ? link.leave(undoSignal) : Promise.resolve()));
    const attachedInMs = await attachAgent(target, link.directory, context);
    const { pid } = target.process;
    await awaitAgent(
      pid,
      link.awaitPlace((place) => place.pid === pid, placeLimit(context.signal)),
    );
    let detaching: Promise<void> | null = null;
    const detach = (undoSignal: AbortSignal) => {
      detaching ??= cleanUp(undoSignal).catch((error: unknown) => {
        detaching = null;
        throw error;
      });
      return detaching;
    };
    return {
      target: { ...target, agent: link, ...(way !== null && wayOutOf(pid, way.routes)) },
      attachedInMs,
      proxyEnded: way?.proxy.ended ?? new Promise(() => undefined),
      detach,
      [Symbol.asyncDispose]: () => detach(timeoutSignal(undoLimitMs)),
    };
  } catch (error) {
    await cleanUp(timeoutSignal(undoLimitMs));
    throw error;
  }
}

/** Modules are named as they lie below the folder that the process runs in. */
function modulesOf(
  { process: { pid } }: RunningTarget,
  { agent: { modules = [], listsModules = false } = {} }: { readonly agent?: Partial<AgentUse> },
): Pick<TargetFacts, 'modules'> {
  if (modules.length === 0 && !listsModules) return {};
  return { modules: { root: readlinkSync(`/proc/${pid}/cwd`), patterns: modules } };
}

function heldProcess(): Disposable {
  return { [Symbol.dispose]: holdProcess() };
}

interface WayOut {
  readonly route: NetworkRoute;
  readonly dialSocket: string;
  readonly port: number;
}

/** The proxy that dials for the target's sockets. */
function openWayOut(context: OpenContext) {
  return openLastingProxy(context, async (proxy): Promise<WayOut> => {
    const route = await proxy.openOutgoingRoute({ component: 'outgoing connections' }, context.signal);
    return { route, dialSocket: await route.openDialSocket(context.signal), port: route.dialer.port };
  });
}

function wayOutOf(pid: number, { route, port }: WayOut): Pick<RunningTarget, 'outgoing' | 'passingBy'> {
  return { outgoing: route, passingBy: () => connectionsPassingBy(pid, port) };
}

async function attachAgent(
  { process: target, trustSignal }: RunningTarget,
  directory: string,
  { runId, bootId, expiresAt, journal, clock, signal }: OpenContext,
): Promise<number> {
  const source = await readFile(packageFile('dist/agent/attached.cjs'), 'utf8');
  const id = `${runId}-attach`;
  const receipt: AttachReceipt = { kind: 'attach', id, runId, bootId, expiresAt, process: target };
  await journal.record(receipt);
  try {
    const codeFile = fileURLToPath(packageFile('dist/agent/module-code.cjs'));
    const guest = { source, options: { directory, codeFile } };
    const { tookMs } = await attach(target, guest, { runId, trustSignal, clock, signal });
    return tookMs;
  } finally {
    // It is closed, or closes by itself when the process comes to it.
    await journal.done(id);
  }
}

function placeLimit(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, timeoutSignal(placeLimitMs)]);
}

async function awaitAgent(pid: number, place: Promise<unknown>): Promise<void> {
  try {
    await place;
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error;
    throw new TargetNotReady(
      'not-attached',
      `expected the agent in process ${pid} to report within ${placeLimitMs} ms, it did not`,
      [],
      'the process may not connect to a Unix socket (a sandbox, --permission), or its loop is busy',
    );
  }
}
