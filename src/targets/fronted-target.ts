import { ChaosError } from '../model/chaos-error.js';
import type { FrontSpec, FrontsSpec } from '../model/experiment.js';
import type { Address } from '../model/network.js';
import type { FrontedTarget } from '../model/target.js';
import { formatAddress, parseAddress } from './parse-address.js';

/**
 * The target that a spec with addresses and a port in front of each describes. A single one is called as the target is.
 *
 * @throws ChaosError INVALID_INPUT for what is no address, for none at all, and for a port in front of two of them
 */
export function frontedTarget(spec: FrontSpec | FrontsSpec): FrontedTarget {
  const places = 'fronts' in spec ? Object.entries(spec.fronts) : [[spec.name, spec] as const];
  const fronts = places.map(([component, { address, listen }]) => ({
    component,
    address: parsed(address),
    listen: parsed(listen),
  }));
  if (fronts.length === 0) throw new ChaosError('INVALID_INPUT', `expected fronts of ${spec.name}, got none`);
  const ports = fronts.map(({ listen }) => formatAddress(listen));
  const twice = ports.find((port, n) => ports.indexOf(port) !== n);
  if (twice !== undefined) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected a port of its own in front of each place, got ${twice} twice`,
    );
  }
  return Object.freeze({ kind: 'fronted', name: spec.name, fronts });
}

/** Whether a target is addresses that clients reach at ports of chaosx. */
export function isFrontSpec(spec: object): spec is FrontSpec | FrontsSpec {
  return !('kind' in spec) && ('fronts' in spec || ('listen' in spec && 'address' in spec));
}

function parsed(text: string): Address {
  const address = parseAddress(text);
  if (address !== null) return address;
  throw new ChaosError('INVALID_INPUT', `expected an address as host:port, got ${JSON.stringify(text)}`);
}
