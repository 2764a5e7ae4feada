import { resolve } from 'node:path';
import type { StartSpec } from '../model/experiment.js';
import type { StartedTarget } from '../model/target.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { openFakedClock } from './clock/open-faked-clock.js';
import { awaitReady, describeExit, requireFreeAddress } from './await-ready.js';
import type { OpenContext } from './open-context.js';
import { LastingProcess } from './lasting-process.js';
import { type OpenAgent, openAgent } from './open-agent.js';
import { openNetwork } from './open-network.js';
import { openRoutes } from './open-routes.js';
import { OutputFile } from './output-file.js';
import { spawnTarget } from './spawn-target.js';
import type { ProcessExit } from './spawn-target.js';
import { planStart, type StartPlan } from './start-plan.js';

/** A started target that is up. Leaving its scope stops it. */
export interface OpenTarget extends AsyncDisposable {
  /** With `running` filled. */
  readonly target: StartedTarget;
  readonly ready: { readonly tookMs: number };
  /** Resolves when its process ends, whoever ended it; not when a fault ends it to have it started again. */
  readonly exited: Promise<ProcessExit>;
  /** Resolves when the proxy in front of its dependencies ends, whoever ended it; never without one. */
  readonly proxyEnded: Promise<void>;
  /** A sentence when it ended by itself; null while it runs and when it was stopped. */
  failure(): string | null;
  /** Its last lines of output, oldest first, at most 20. */
  lastOutput(): readonly string[];
  /**
   * Stops it with all that it started, then the proxy; resolves when all are gone and their receipts done.
   * Idempotent; after a failure, a further call tries again.
   *
   * @throws ChaosError UNDO_FAILED when something does not end
   */
  stop(signal: AbortSignal): Promise<void>;
}

/** Its own, so that an aborted start still cleans up. */
const undoLimitMs = 10_000;

/**
 * Starts a target: the proxy in front of its dependencies, then its process with their addresses rewritten, and waits
 * until it is ready. Each receipt is on disk before its act; when it rejects, nothing is left running.
 *
 * @throws TargetNotReady (code TARGET_NOT_READY) with why and the last output, when the target does not come up
 * @throws ChaosError as `planStart`; PROXY_FAILED; STORAGE_FAILED; the signal's reason when it aborts
 */
export async function openTarget(
  target: StartedTarget,
  spec: StartSpec,
  context: OpenContext,
): Promise<OpenTarget> {
  const { clock, signal } = context;
  const inherited = context.env ?? process.env;
  const plan = planStart(spec, inherited);
  signal.throwIfAborted();
  await requireFreeAddress(plan, clock, signal);
  const output = new OutputFile(context.outputPath);
  const cleanUps: ((undoSignal: AbortSignal) => Promise<void>)[] = [];
  const cleanUp = async (undoSignal: AbortSignal) => {
    for (let last = cleanUps.at(-1); last !== undefined; last = cleanUps.at(-1)) {
      await last(undoSignal);
      cleanUps.pop();
    }
    output[Symbol.dispose]();
  };
  try {
    const asked = { ...inherited, ...spec.env };
    const network = plan.ownNetwork === null ? null : await openNetwork(plan.ownNetwork.publish, context);
    if (network !== null) cleanUps.push((undoSignal) => network.stop(undoSignal));
    const around = network === null ? null : { ...network, publish: plan.ownNetwork?.publish ?? [] };
    const opened = await openRoutes(plan.dependencies, context, around);
    cleanUps.push((undoSignal) => opened.stop(undoSignal));
    const agent = await agentFor(plan, opened.dialSocket, asked['NODE_OPTIONS'], context);
    if (agent !== null) cleanUps.push(() => agent.stop());
    const faked = context.preloadsClock === true ? await openFakedClock(asked['LD_PRELOAD'], context) : null;
    if (faked !== null) cleanUps.push(() => faked.stop());
    const env = { ...asked, ...opened.variables, ...agent?.variables, ...faked?.variables };
    const startedMs = clock.nowMs();
    const spawn = (earlierStarts: number) =>
      spawnTarget(
        plan,
        env,
        output,
        { spared: opened.proxy, netns: network?.netns ?? null, earlierStarts },
        context,
      );
    const spawned = await spawn(0);
    const lasting = new LastingProcess(spawned, signal, spawn);
    cleanUps.push((undoSignal) => lasting.stop(undoSignal));
    await awaitReady(plan, spawned, output, clock, signal);
    const tookMs = clock.nowMs() - startedMs;

    let stopping: Promise<void> | null = null;
    let failedBeforeStop: ProcessExit | null = null;
    const stop = (undoSignal: AbortSignal) => {
      if (stopping === null) failedBeforeStop = lasting.exit();
      stopping ??= cleanUp(undoSignal).catch((error: unknown) => {
        stopping = null;
        throw error;
      });
      return stopping;
    };
    return {
      target: {
        ...target,
        running: {
          get process() {
            return lasting.identity;
          },
          life: lasting,
          ...(context.agent?.comesLater === true && { beginsLater: true }),
          routes: opened.routes,
          ...(opened.outgoing && { outgoing: opened.outgoing }),
          ...(agent !== null && { agent: agent.link }),
          ...(faked !== null && { clock: faked }),
          ...(network !== null && {
            network: { netns: network.netns, router: network.router, dependencies: opened.places },
          }),
        },
      },
      ready: { tookMs },
      exited: lasting.exited,
      proxyEnded: opened.ended,
      failure: () => {
        const exit = stopping === null ? lasting.exit() : failedBeforeStop;
        return exit === null ? null : `${plan.name} ${describeExit(exit)}`;
      },
      lastOutput: () => output.lastLines(),
      stop,
      [Symbol.asyncDispose]: () => stop(timeoutSignal(undoLimitMs)),
    };
  } catch (error) {
    await cleanUp(timeoutSignal(undoLimitMs));
    throw error;
  }
}

function agentFor(
  plan: StartPlan,
  dialSocket: string | null,
  nodeOptions: string | undefined,
  context: OpenContext,
): Promise<OpenAgent | null> {
  if (context.agent === undefined) return Promise.resolve(null);
  const { modules: patterns, handlers = [], changesClocks = false, sparesLaunchers = false } = context.agent;
  const root = resolve(plan.cwd ?? '.');
  const facts = {
    ...(dialSocket !== null && { dialSocket }),
    ...(patterns.length > 0 && { modules: { root, patterns } }),
    ...(handlers.length > 0 && { handlers: { root, patterns: handlers } }),
    ...(changesClocks && { clocks: true as const }),
    ...(sparesLaunchers && { sparesLaunchers: true as const }),
  };
  return openAgent(facts, nodeOptions, context);
}
