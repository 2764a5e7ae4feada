import { existsSync } from 'node:fs';
import { ChaosError } from '../../model/chaos-error.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import type { ProcessIdentity, Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { planProxyDirectory } from '../../proxy/proxy-directory.js';
import { startOutgoing } from '../../targets/start-outgoing.js';
import { undoProxy } from '../../undo/undo-proxy.js';
import { injectIntoRoutes, toxicReceipt } from './inject-into-routes.js';
import { lookAtRoutes } from './look-at-routes.js';
import { tellDecisions } from './tell-decisions.js';
import { measureBefore } from './measure-before.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/** Time for taking the proxy away after a failed inject. */
const cleanUpMs = 5_000;

/**
 * The fault that makes a network scenario on the TCP connections of this process, wherever they go.
 *
 * In a run they go through the run's proxy from before the baseline, and the fault is a toxic in it: connections that
 * were kept alive since then meet it. Alone, it starts a proxy of its own, which connections meet that are opened while
 * it is active; reverting lets answers come in for 300 ms and ends them. Connections that are older are never touched.
 */
export function onThisProcess<T extends NetworkType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'in-process',
    survives: 'journal',

    supports: (scenario, target) => Promise.resolve(supports(scenario, target)),

    prepare: (_scenario, context) => {
      const route = outgoingOf(context.target);
      if (route !== undefined) return Promise.resolve(toxicReceipt([route], context));
      const { injectionId: id, runId, bootId, expiresAt } = context;
      return Promise.resolve({
        kind: 'proxy',
        id,
        runId,
        bootId,
        expiresAt,
        directory: planProxyDirectory(id),
      });
    },

    inject: (scenario, receipt, context) => {
      const route = outgoingOf(context.target);
      return route === undefined
        ? injectAlone(effect, scenario, receipt, context)
        : injectIntoRoutes({ effect, scenario, routes: [route], seesRefusals: true }, receipt, context);
    },

    undo: async (receipt, signal) => {
      // A toxic ends with its proxy, which has a receipt of its own.
      if (receipt.kind === 'toxic') return;
      if (receipt.kind !== 'proxy')
        throw new ChaosError('INTERNAL', `expected a proxy receipt, got ${receipt.kind}`);
      // The directory is made before the process and removed as its last act: without it, there is nothing to undo,
      // and other processes of the run are left alone.
      if (receipt.process === undefined && !existsSync(receipt.directory)) return;
      await undoProxy(receipt, signal);
    },
  };
}

function outgoingOf(target: Target): NetworkRoute | undefined {
  return target.kind === 'objects' || target.kind === 'this-process' ? target.outgoing : undefined;
}

/** With a proxy of its own, which ends when the fault is reverted. */
async function injectAlone<T extends NetworkType>(
  effect: NetworkEffect<T>,
  scenario: Scenario<T>,
  receipt: Receipt,
  context: FaultContext,
): Promise<ActiveFault> {
  if (receipt.kind !== 'proxy')
    throw new ChaosError('INTERNAL', `expected a proxy receipt, got ${receipt.kind}`);
  const { runId, injectionId: toxicId, signal } = context;
  const onStarted = (process: ProcessIdentity) => context.amend({ process });
  const outgoing = await startOutgoing({ runId, directory: receipt.directory, onStarted, signal });
  const { route } = outgoing;
  try {
    const baseline = await measureBefore(effect, scenario, route, signal);
    await route.addToxic(toxicId, effect.toxic(scenario, context.decide), signal);
    signal.throwIfAborted();
    // Last, so that no connection is redirected by an injection that fails.
    outgoing.redirect();
    const before = [{ route, baseline, suspensions: 0 }];
    const look = { effect, scenario, toxicId, seesRefusals: true };
    const tell = (tellSignal: AbortSignal) =>
      tellDecisions(route, toxicId, scenario.name, context.fired, tellSignal);
    return {
      check: async (checkSignal) => {
        const evidence = await lookAtRoutes(before, look, checkSignal);
        await tell(checkSignal);
        return evidence;
      },
      revert: async (revertSignal) => {
        await tell(revertSignal);
        if (!(await outgoing.close(revertSignal))) throw wrappedSince();
      },
    };
  } catch (error) {
    await outgoing.close(timeoutSignal(cleanUpMs));
    throw error;
  }
}

function supports(scenario: Scenario, target: Target): Support {
  if (target.kind === 'address' || target.kind === 'fronted') {
    return { supported: false, reason: `connections to ${target.name} are not only made by this process` };
  }
  if (target.kind === 'started' || target.kind === 'running') {
    return {
      supported: false,
      reason: `${target.name} is another process: its connections are not made here`,
    };
  }
  if (scenario.targetComponents.length > 0) {
    return {
      supported: false,
      reason:
        `network faults hit all outgoing connections of this process, not single components ` +
        `(${scenario.targetComponents.join(', ')}): leave targetComponents empty`,
    };
  }
  return { supported: true };
}

function wrappedSince(): ChaosError {
  return new ChaosError(
    'UNDO_FAILED',
    'net.Socket.prototype.connect was wrapped by something else since the injection',
    {
      hint: 'our part of it passes everything through; load what wraps it (a tracing agent?) before the run',
    },
  );
}
