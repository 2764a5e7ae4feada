import { ChaosError } from '../model/chaos-error.js';
import type { OwnNetworkSpec } from '../model/experiment.js';
import type { Address } from '../model/network.js';
import { formatAddress } from './parse-address.js';

/** What the plan of a start says of the target's network. */
interface NetworkPlan {
  readonly name: string;
  readonly ready: { readonly http: string | null; readonly address: Address } | null;
  readonly dependencies: readonly { readonly component: string; readonly listen: Address | null }[];
  readonly ownNetwork: OwnNetworkSpec | null;
}

/**
 * Refuses what a network namespace of the target's own would keep from working. Pure.
 *
 * @throws ChaosError INVALID_INPUT
 */
export function checkOwnNetwork({ name, ready, dependencies, ownNetwork }: NetworkPlan): void {
  if (ownNetwork === null) return;
  const fixed = dependencies.find(({ listen }) => listen !== null);
  if (fixed !== undefined) {
    throw invalid(
      `expected the address of ${fixed.component} in a variable, because ${name} has a network of its own, got a fixed port`,
      'its 127.0.0.1 is not that of this machine: name the variable that holds the address, { env: … }',
    );
  }
  if (ready === null) return;
  const { address, http } = ready;
  if (!isPublished(address, ownNetwork.publish)) {
    throw invalid(
      `expected ready to ask ${name} at a port that ownNetwork publishes, got ${formatAddress(address)}`,
      `write publish: [${address.port}], and ask at 127.0.0.1:${address.port}`,
    );
  }
  if (http === null) throw acceptedByChaosx(`ready of ${name}`, address.port);
}

/** True for a place where chaosx listens for a target with a network of its own. */
export function isPublished({ host, port }: Address, publish: readonly number[]): boolean {
  return (host === '127.0.0.1' || host === 'localhost') && publish.includes(port);
}

/** At a published port it is chaosx that accepts connections: that one is accepted says nothing. */
export function acceptedByChaosx(what: string, port: number): ChaosError {
  return invalid(
    `expected ${what} to ask over HTTP, because chaosx itself accepts connections at the published port ${port}`,
    'use http, which needs an answer of the target',
  );
}

function invalid(message: string, hint: string): ChaosError {
  return new ChaosError('INVALID_INPUT', message, { hint });
}
