import { existsSync } from 'node:fs';
import { connect as netConnect } from 'node:net';
import { exempt } from '../../interpose/exempt.js';
import { redirectOutgoing } from '../../interpose/outgoing-connections.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { ActiveFault, Fault, Support } from '../../model/fault.js';
import type { Address } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { planProxyDirectory } from '../../proxy/proxy-directory.js';
import { startProxy } from '../../proxy/proxy-process.js';
import { ownIdentity } from '../../undo/process-identity.js';
import { undoProxy } from '../../undo/undo-proxy.js';
import { baselineRoundTrip } from './baseline-round-trip.js';
import { lookAtRoutes } from './look-at-routes.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/** Calls under way may get their answers for so long when the fault is reverted; then their connections end. */
const drainMs = 300;

/**
 * The fault that makes a network scenario on the TCP connections that this process opens while it is active, wherever
 * they go. Those opened before are not touched. They run through a proxy process of the fault's own; reverting takes
 * the effect off, lets answers come in for 300 ms, and ends the connections that went through the proxy (idle ones at
 * once, as a server does that closes kept-alive connections).
 */
export function onThisProcess<T extends NetworkType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'in-process',
    survives: 'journal',

    supports: (scenario, target) => Promise.resolve(supports(scenario, target)),

    prepare: (_scenario, { injectionId, runId, bootId, expiresAt }) =>
      Promise.resolve({
        kind: 'proxy',
        id: injectionId,
        runId,
        bootId,
        expiresAt,
        directory: planProxyDirectory(injectionId),
      }),

    inject: async (scenario, receipt, context): Promise<ActiveFault> => {
      if (receipt.kind !== 'proxy')
        throw new ChaosError('INTERNAL', `expected a proxy receipt, got ${receipt.kind}`);
      const { runId, injectionId: toxicId, signal } = context;
      const { directory } = receipt;
      const proxy = await startProxy({ runId, directory, exitWith: await ownIdentity(), connect, signal });
      try {
        await context.amend({ process: proxy.identity });
        const route = await proxy.openOutgoingRoute({ component: 'outgoing connections' }, signal);
        const baselineMs = await baselineRoundTrip(route, signal);
        await route.addToxic(toxicId, effect.toxic(scenario, context.decide), signal);
        signal.throwIfAborted();
        // Last, so that no connection is redirected by an injection that fails.
        const restore = redirectOutgoing(route.dialer);
        const before = [{ route, baselineMs, suspensions: 0 }];
        const look = { effect, scenario, toxicId, seesRefusals: true };
        return {
          check: (checkSignal) => lookAtRoutes(before, look, checkSignal),
          revert: async (revertSignal) => {
            const isRestored = restore();
            await proxy.close({ drainMs }, revertSignal);
            if (!isRestored) throw wrappedSince();
          },
        };
      } catch (error) {
        await proxy[Symbol.asyncDispose]();
        throw error;
      }
    },

    undo: async (receipt, signal) => {
      if (receipt.kind !== 'proxy')
        throw new ChaosError('INTERNAL', `expected a proxy receipt, got ${receipt.kind}`);
      // The directory is made before the process and removed as its last act: without it, there is nothing to undo,
      // and other processes of the run are left alone.
      if (receipt.process === undefined && !existsSync(receipt.directory)) return;
      await undoProxy(receipt, signal);
    },
  };
}

function supports(scenario: Scenario, target: Target): Support {
  if (target.kind === 'started') {
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

function connect({ host, port }: Address) {
  return exempt(() => netConnect({ host, port }));
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
